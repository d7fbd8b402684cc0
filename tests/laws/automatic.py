"""An independent derivative of a formula: the evaluation backend, run on autograd's NumPy."""

import importlib.util
import warnings

import autograd
import autograd.numpy as anp
import numpy as np

from matcalc_ref.language import Points, backends, evaluate


class _Numpy:
    """autograd's NumPy, and NumPy itself for what has no derivative there."""

    def __getattr__(self, name):
        return getattr(anp, name) if hasattr(anp, name) else getattr(np, name)


def _traced():
    """A copy of the float64 backend's module with autograd's NumPy in NumPy's place."""
    spec = importlib.util.spec_from_file_location("traced_backends", backends.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.np = _Numpy()
    for table in (module.FUNCTIONS, module.COMPARE):
        for name, function in table.items():
            if isinstance(function, np.ufunc):
                table[name] = getattr(module.np, function.__name__)

    class Traced(module.Float64):
        def array(self, values):
            return values

        def entry(self, x, row, column):  # autograd has no derivative of `take`
            for axis, at in ((1, row), (2, column)):
                if at is not None:
                    inside = 0 <= at < x.shape[axis]
                    place = slice(at, at + 1) if inside else slice(0, 1)
                    x = (x[:, place] if axis == 1 else x[:, :, place]) * (1.0 if inside else 0.0)
            return x

    return Traced(1)


def jacobian(node, name, points):
    """The derivative of `node` by the variable `name` at the first of the points: outputs × inputs."""
    one = {n: values[:1] for n, values in points.values.items()}

    def value(moved):
        return anp.reshape(evaluate(node, Points(points.sizes, {**one, name: moved}, 1), _traced()), (-1,))

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Output seems independent of input")  # a derivative may be 0
        found = autograd.jacobian(value)(one[name])
    return np.asarray(found).reshape(found.shape[0], -1)
