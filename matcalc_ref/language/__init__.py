"""One language for formulas: text, LaTeX, SymPy and NumPy objects become one tree with shapes in named dimensions."""

from matcalc_ref.language.evaluate import Points, evaluate
from matcalc_ref.language.sizes import ONE, SCALAR, Shape, Size, shape_of, show_shape
from matcalc_ref.language.tree import Node, ShapeError

__all__ = ["ONE", "SCALAR", "Node", "Points", "Shape", "ShapeError", "Size", "evaluate", "shape_of", "show_shape"]
