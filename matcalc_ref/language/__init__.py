"""One language for formulas: text, LaTeX, SymPy and NumPy objects become one tree with shapes in named
dimensions."""

from matcalc_ref.language.evaluate import Points, evaluate
from matcalc_ref.language.objects.packing import pack, unpack
from matcalc_ref.language.printing.latex import latex
from matcalc_ref.language.printing.numpy_code import numpy_code
from matcalc_ref.language.printing.typed import text
from matcalc_ref.language.reading import read
from matcalc_ref.language.scope import Refusal, Scope
from matcalc_ref.language.sizes import ONE, SCALAR, Shape, Size, shape_of, show_shape
from matcalc_ref.language.tree import Node, ShapeError

__all__ = [
    "ONE",
    "SCALAR",
    "Node",
    "Points",
    "Refusal",
    "Scope",
    "Shape",
    "ShapeError",
    "Size",
    "evaluate",
    "latex",
    "numpy_code",
    "pack",
    "read",
    "shape_of",
    "show_shape",
    "text",
    "unpack",
]
