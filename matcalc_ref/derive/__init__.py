"""Derivatives of vector and matrix expressions of any size, in the article's layout, with their steps."""

from matcalc_ref.derive.derivation import LAYOUTS, Derivation, derive
from matcalc_ref.derive.engine import CannotDerive
from matcalc_ref.derive.mutations import Mutation, mutations
from matcalc_ref.derive.steps import Partial, Step

__all__ = ["LAYOUTS", "CannotDerive", "Derivation", "Mutation", "Partial", "Step", "derive", "mutations"]
