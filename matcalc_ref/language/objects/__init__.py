"""SymPy and NumPy objects, lists and numbers: packed for another process, and read as trees."""
