"""The computed keys against automatic differentiation, an independent way, at unequal dimensions."""

import numpy as np
import pytest

from graders.compare.equality import reference_batches
from graders.compare.key import key_of
from graders.compare.points import chosen
from matcalc_ref.catalogue import exercises
from matcalc_ref.language import read
from tests.laws.automatic import jacobian
from tests.laws.laws import SECRET

KEYS = [
    pytest.param(exercise, part, id=f"{exercise.id}-{part.name}")
    for exercise in exercises().values()
    for part in exercise.parts
    if part.kind in ("formula", "derivation") and part.f and part.wrt
]


@pytest.mark.parametrize(("exercise", "part"), KEYS)
def test_key(exercise, part):
    key = key_of(exercise, part.name, SECRET)
    f = read(part.f, key.scope)
    for batch in reference_batches(key.node, key.setting)[:2]:
        rows = np.flatnonzero(batch.usable)[:2]
        for row in rows:
            exact = batch.values[row]
            by_tracing = jacobian(f, part.wrt, chosen(batch.points, [row]))
            np.testing.assert_allclose(exact.reshape(by_tracing.shape), by_tracing, rtol=1e-9, atol=1e-11)
