"""A tree as typed text, as LaTeX, as NumPy code."""
