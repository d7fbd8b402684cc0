"""Points of unequal dimensions, and derivatives in numbers by two ways that know nothing of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from matcalc_ref.derive import Derivation, derive
from matcalc_ref.language import Node, Points, Scope, evaluate, numpy_code, read
from matcalc_ref.language.tree import Variable
from matcalc_ref.numeric import jacobian

SIZES = ({"n": 3, "m": 2, "N": 4, "k": 5}, {"n": 2, "m": 4, "N": 3, "k": 2})


def derived(
    f: str, wrt: str, variables: Mapping[str, str], samples: Mapping[str, str] | None = None
) -> Derivation:
    scope = Scope(variables, samples=samples or {})
    return derive(read(f, scope), read(wrt, scope))


def variables_of(*nodes: Node) -> dict[str, Variable]:
    return {v.name: v for node in nodes for v in node.walk() if isinstance(v, Variable)}


def draw(
    variables: Mapping[str, Variable], sizes: Mapping[str, int], seed: int, positive: bool = False
) -> dict[str, Any]:
    """Values away from 0, of both signs unless `positive`."""
    chance = np.random.default_rng(seed)
    found = {}
    for name, variable in sorted(variables.items()):
        shape = tuple(size.at(sizes) for size in variable.shape)
        signs = 1 if positive else chance.choice([-1, 1], shape)
        found[name] = chance.uniform(0.3, 1.4, shape) * signs
    return found


def value(node: Node, sizes: Mapping[str, int], values: Mapping[str, Any]) -> Any:
    return evaluate(node, Points(sizes, {name: v[None] for name, v in values.items()}, 1))[0]


def by_differences(f: Node, x: Variable, sizes: Mapping[str, int], values: Mapping[str, Any]) -> Any:
    return jacobian(lambda moved: value(f, sizes, {**values, x.name: moved}), values[x.name])


def by_autograd(f: Node, x: Variable, sizes: Mapping[str, int], values: Mapping[str, Any]) -> Any:
    """The Jacobian by reverse-mode automatic differentiation of the NumPy code of `f`."""
    import autograd
    import autograd.numpy

    shapes = variables_of(f, x)
    code = compile(numpy_code(f), "formula", "eval")

    def run(moved: Any) -> Any:
        names = {n: v[0, 0] if shapes[n].is_scalar else v for n, v in values.items() if n in shapes}
        names[x.name] = moved
        return autograd.numpy.reshape(eval(code, {"np": autograd.numpy, **sizes, **names}), (-1,))

    start = values[x.name][0, 0] if x.is_scalar else values[x.name]
    return autograd.jacobian(run)(start).reshape(np.size(run(start)), -1)


def agree(result: Any, reference: Any, tolerance: float) -> bool:
    """Whether a derivative in our layout has the entries of a Jacobian outputs × inputs."""
    if result.size != reference.size or not np.isfinite(reference).all():
        return False
    scale = max(1.0, float(np.abs(reference).max(initial=0.0)))
    return bool(np.allclose(result.ravel(), reference.ravel(), rtol=tolerance, atol=tolerance * scale))


def confirm(f: Node, x: Variable, positive: bool = False, automatic: bool = True) -> Derivation:
    """The derivation, confirmed at several points against differences and automatic differentiation."""
    derivation = derive(f, x)
    for seed, sizes in enumerate(SIZES):
        values = draw(variables_of(f, x, derivation.result), sizes, seed, positive)
        result = value(derivation.result, sizes, values)
        assert result.shape == tuple(size.at(sizes) for size in derivation.shape)
        differences = by_differences(f, x, sizes, values)
        assert agree(result, differences, 2e-5), (derivation.result, result, differences)
        if automatic:
            exact = by_autograd(f, x, sizes, values)
            assert agree(result, exact, 1e-9), (derivation.result, result, exact)
    return derivation
