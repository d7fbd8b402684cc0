"""The variables that an exercise would declare for a pair of the tables, which share one long list."""

import pairs

from graders.compare.points import names_in
from matcalc_ref.language import Scope, read
from matcalc_ref.language.explain import dimensions

EVERYTHING = Scope(pairs.VARIABLES)


def declared(student: str, reference: str) -> dict[str, str]:
    """Those in the pair, and one for every dimension that they do not have."""
    right = read(reference, EVERYTHING)
    left = read(student, EVERYTHING, expect=right.shape)
    missing = dimensions(left) | dimensions(right)
    kept = names_in(left, right)
    own = {name: shape[0].names | shape[1].names for name, shape in EVERYTHING.shapes.items()}
    for name in sorted(own, key=kept.__contains__, reverse=True):
        if name in kept or own[name] & missing:
            kept.add(name)
            missing -= own[name]
    return {name: sizes for name, sizes in pairs.VARIABLES.items() if name in kept}
