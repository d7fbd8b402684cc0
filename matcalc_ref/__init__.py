"""The mathematics: the language for formulas, derivatives of any size, and the exercises with their keys."""
