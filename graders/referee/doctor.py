"""`matcalc doctor`: what confinement is in force here, and what is missing."""

from __future__ import annotations

from pathlib import Path

from graders.referee.probe import probe

NAMES = {"warm": "Forked, confined players (fast)", "bubblewrap": "Players under bubblewrap (slower)"}


def run(course: Path | None = None) -> int:
    """Print the findings, also of a player that tries to see the course; 0 if code is confined, else 1."""
    private = (str(course.resolve()),) if course else ()
    findings = [probe("warm", private), probe("bubblewrap", private)]
    for finding in findings:
        print(f"{'yes' if finding.works else ' no'}  {NAMES[finding.way]}")
        if finding.works:
            print(f"     {'; '.join(finding.facts)}")
        else:
            print(f"     {finding.why}\n     To mend it:  {finding.mend}")
    best = next((finding.way for finding in findings if finding.works), None)
    print()
    if best is None:
        print("Grading would stop here rather than run students' code unconfined. Mend one of the two above;")
        print("`--unconfined` grades all the same, and says so in every result.")
        return 1
    print(
        f"Students' code is confined here ({best}): a player just tried to read and write files of a course,"
    )
    print("to reach the network and other processes, and could not.")
    return 0
