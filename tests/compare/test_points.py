"""The test points make mistakes show, and are the same for everyone and every run."""

import numpy as np
import pytest

from graders.compare.equality import reference_batches
from graders.compare.kinks import kinks
from graders.compare.points import base_points, seed_of, setting
from matcalc_ref.language import shape_of
from matcalc_ref.language.operations import add, matmul, number, power, transpose
from matcalc_ref.language.tree import Variable, apply

SHAPES = {"x": shape_of("n"), "A": shape_of("m,n"), "B": shape_of("n,n"), "z": shape_of("")}
x, A, B, z = (Variable(name, shape) for name, shape in SHAPES.items())
HERE = setting(SHAPES, [A], seed=seed_of(b"secret", "A05-07", "1"))


def test_same_seed_same_points():
    again = setting(SHAPES, [A], seed=seed_of(b"secret", "A05-07", "1"))
    for one, two in zip(base_points(HERE), base_points(again), strict=True):
        assert one.sizes == two.sizes
        assert all((one.values[name] == two.values[name]).all() for name in SHAPES)


@pytest.mark.parametrize(
    "other", [(b"other", "A05-07", "1"), (b"secret", "A05-08", "1"), (b"secret", "A05-07", "2")]
)
def test_secret_exercise_and_version_each_change_them(other):
    theirs = base_points(setting(SHAPES, [A], seed=seed_of(*other)))[0].values["z"]
    assert not np.allclose(base_points(HERE)[0].values["z"], theirs)


def test_dimensions_are_unequal_and_change_their_parity():
    one, two = (points.sizes for points in base_points(HERE))
    assert one["m"] != one["n"] and two["m"] != two["n"]
    assert all((one[name] + two[name]) % 2 == 1 for name in ("m", "n"))
    assert min(one.values()) > 1


def test_no_zeros_no_ones_no_symmetry_and_both_signs():
    for points in base_points(HERE):
        for values in points.values.values():
            assert (np.abs(values) > 0.2).all() and (np.abs(np.abs(values) - 1) > 0.05).all()
            assert (values > 0).any() and (values < 0).any()
        assert not np.allclose(points.values["B"], np.swapaxes(points.values["B"], 1, 2))


def test_under_a_logarithm_a_root_or_a_half_power_variables_are_positive():
    for formula in (apply("log", z), apply("sqrt", z), power(z, number("1/2"))):
        assert setting(SHAPES, [formula]).positive == {"z"}
    assert setting(SHAPES, [power(z, 3), apply("exp", z)]).positive == frozenset()
    assert setting(SHAPES, [], "positive").positive == SHAPES.keys()
    with pytest.raises(ValueError, match="domain"):
        setting(SHAPES, [], "complex")


def test_both_sides_of_a_kink_and_never_close_to_it():
    neuron = apply("relu", add(matmul(transpose(x), x), number(-90)))  # far from where points usually are
    (side,) = kinks(neuron)
    from matcalc_ref.language import evaluate

    signs = set()
    for batch in reference_batches(neuron, HERE):
        at = evaluate(side, batch.points)[batch.usable]
        assert (np.abs(at) >= 0.05).all()
        signs |= set(np.sign(at).ravel())
    assert signs == {-1.0, 1.0}


def test_sizes_fit_the_shapes_that_depend_on_them():
    shapes = {"s": shape_of("p"), "k": shape_of("q")}
    conv = apply("conv", Variable("s", shapes["s"]), Variable("k", shapes["k"]))
    for points in base_points(setting(shapes, [conv])):
        assert points.sizes["p"] >= points.sizes["q"]
