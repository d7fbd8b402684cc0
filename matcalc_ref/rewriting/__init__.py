"""Rewriting formulas: the rules of sums, products, arrays, entries and functions, and collecting factors."""
