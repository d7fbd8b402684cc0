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
    for name, shape in sorted(EVERYTHING.shapes.items(), key=lambda item: item[0] not in kept):
        own = shape[0].names | shape[1].names
        if name in kept or own & missing:
            kept = {*kept, name}
            missing -= own
    return {name: sizes for name, sizes in pairs.VARIABLES.items() if name in kept}
