"""Derivatives of vector and matrix expressions of any size, in the article's layout, with their steps."""

from matcalc_ref.derive.derivation import LAYOUTS, Derivation, derive
from matcalc_ref.derive.engine import CannotDerive

__all__ = ["LAYOUTS", "CannotDerive", "Derivation", "derive"]
