"""Notebooks that cheat or break things. Each style is tried twice: with wrong answers and, as its honest
twin, with right ones. A style must change nothing: wrong answers earn nothing, right answers earn everything.
"""

from tests.attacks.for_points import FOR_POINTS
from tests.attacks.on_the_machine import ON_THE_MACHINE
from tests.attacks.unusual import UNUSUAL

ATTACKS = (*FOR_POINTS, *ON_THE_MACHINE, *UNUSUAL)
