"""From text or LaTeX to the surface of a formula: what was written, before anything is known about shapes."""
