"""The table of spellings, as the tests and docs/language.md read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from matcalc_ref.language import Scope
from matcalc_ref.language.explain import variables_of

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Line:
    """One example: `meaning` and `shape` where it is read; `sentence`, `place`, `choices` where it is
    refused."""

    typed: str
    meaning: str = ""
    shape: str = ""
    sentence: str = ""
    place: str = ""
    choices: tuple[str, ...] = ()


@dataclass
class Group:
    title: str
    rule: str
    scope: Scope
    lines: list[Line] = field(default_factory=list)


def groups(name: str) -> list[Group]:
    """The groups of one file."""
    found: list[Group] = []
    scope = Scope({})
    for number, raw in enumerate((HERE / name).read_text(encoding="utf-8").splitlines(), 1):
        if number <= 2:
            continue
        if raw.startswith("scope "):
            declared, _, samples = raw.removeprefix("scope ").partition(" samples ")
            scope = Scope(variables_of(declared.split()), samples=dict(p.split("=") for p in samples.split()))
            if found:
                found[-1].scope = scope
        elif raw.startswith("# "):
            found.append(Group(raw[2:], "", scope))
        elif raw.startswith("> "):
            found[-1].rule = raw[2:]
        elif " ⇒ " in raw:
            typed, meaning, shape = raw.split(" ⇒ ")
            found[-1].lines.append(Line(typed, meaning, shape))
        elif " ✗ " in raw:
            typed, sentence, place, *choices = raw.split(" ✗ ")
            found[-1].lines.append(Line(typed, sentence=sentence, place=place, choices=tuple(choices)))
        elif raw.strip() and not raw.startswith("#"):
            raise ValueError(f"{name}:{number}: neither ⇒ nor ✗")
    return found
