"""The records of the course: an exercise, its parts, and the mistakes it knows. Frozen, checked when made."""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from typing import Any

KINDS = ("formula", "number", "choice", "choices", "shape", "error", "derivation", "code", "text")
LETTERS = "abcdefgh"


class RecordError(ValueError):
    """A record breaks a law. The message names the exercise, the law and the remedy."""


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give, and the sentence that it earns.

    `answer` is written as the student would write it for the part's kind: a formula, a number, a letter, a
    tuple of letters, a line number, or for a code part a function with the wrong behaviour. `also` holds
    further forms of the same mistake. `credit` is what it still earns; without one, what its right entries or
    letters earn, as in a wrong answer that is not listed.
    """

    id: str
    answer: Any
    message: str
    credit: float | None = None
    also: tuple[Any, ...] = ()

    @property
    def answers(self) -> tuple[Any, ...]:
        return (self.answer, *self.also)


@dataclass(frozen=True)
class Signature:
    """The function that a code part asks for, and how it is called when it is judged.

    `arguments` maps each argument's name to what is passed: a shape such as "" (a float), "n" (a 1-D array of
    length n) or "m,n" (a 2-D array), each drawn at random; or a `Given`. `returns` says in words what the
    prompt promises, such as "a 2-D array, n×n"; the reference's own value decides the shape that is expected.
    `sizes` are the dimensions used, one mapping per call (at least two, unequal). Where many values are
    right, `measure` is a function of ours, measure(value, *arguments): it returns True, or the sentence that
    says what is wrong, such as that the loss is still too large.
    """

    name: str
    arguments: Mapping[str, Any]
    returns: str = ""
    sizes: tuple[Mapping[str, int], ...] = ({"n": 3, "m": 2, "N": 5}, {"n": 4, "m": 5, "N": 3})
    measure: Callable[..., Any] | None = None

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.arguments)})"


@dataclass(frozen=True)
class Given:
    """An argument of a code part that is not drawn at random.

    `value` is JSON-like data (numbers, text, lists, dicts; arrays as nested lists marked by `array=True`),
    or with `formula` set a function, handed to the student's code as a Python callable: the formula's text
    over `variables` (in argument order; shapes as in an exercise, vectors as 1-D arrays), such as
    Given(formula="[x_1 x_2; sin(x_1)]", variables={"x": "2"}). `choices` lists several values, one per
    call; a shape among them is drawn at random. With `vary` the floats in it are up to a tenth larger or
    smaller, as the course's secret decides. `drawn` makes the value from random numbers that the secret
    decides; all arguments of one call have the same.
    """

    value: Any = None
    array: bool = False
    formula: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Given | str, ...] = ()
    vary: bool = False
    drawn: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Step:
    """A step that a derivation has to show.

    `about` names the kind of step, and gives nothing away: it stands in the prompt, and in what a student
    reads where the step is missing. `forms` are what shows it, any one of them: a quantity on the way to the
    answer, such as the derivative of the inside. It may be a link, a line, or a factor or term of one, in any
    spelling.
    """

    about: str
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Instead:
    """What follows from a wrong choice: `where` as it then is, and the right answers to later parts."""

    keys: Mapping[str, str]
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One answer of an exercise.

    - formula: the derivative of `f` with respect to `wrt`; or, without `wrt`, the formula `key`. `lines` may
      say how its author gets there, where the engine would take rules that come later.
      `key` may be given as well: it is how the answer is shown, and must equal the derivative.
      `carries` is the answer in terms of earlier parts' names: a wrong earlier part does not cost this one
      again.
    - number: the value of `key` (a formula without variables), or of the derivative of `f` (or `f` itself) at
      `at`.
    - choice, choices: letters into `choices`. `instead` says by letter how the exercise goes on after a wrong
      choice, so that it costs this part only. shape: such as "3,1" or "m,n".
    - error: the number of the first wrong one of `lines`, counted from 1.
    - derivation: from `f` (with `wrt`) to the derivative, line by line; `lines` are how its author would
      write it, and `steps` what has to be seen in everybody's. `ends_in` are the variables that the answer,
      or the last line, may have in the end, where names of `where` are to be replaced.
    - code: `key` is the reference function for `signature`. `exact`: difference quotients do not do.
    - text: words in a Markdown cell, left to a person. `lines` say what is looked for, for everybody to read;
      `key` is an answer that has it all.

    `label` is what the part is called in prompt and feedback (LaTeX, without `$`). `name` is the key in the
    answer's dict where an exercise has several parts.
    """

    name: str
    kind: str = "formula"
    label: str = ""
    f: str | None = None
    wrt: str | None = None
    key: Any = None
    at: Mapping[str, Any] = field(default_factory=dict)
    tolerance: float | None = None
    exact: bool = False
    choices: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    ends_in: tuple[str, ...] = ()
    carries: str | None = None
    instead: Mapping[str, Instead] = field(default_factory=dict)
    signature: Signature | None = None
    mistakes: tuple[Mistake, ...] = ()
    weight: float = 1.0
    layout_credit: float = 0.5


@dataclass(frozen=True)
class Exercise:
    """One exercise of an assignment. Everything else about it follows from this record.

    `variables` are shapes in named dimensions ("": a number, "n": a column, "m,n": a matrix). `domain` is
    "real", "positive" or "nonzero" for all of them, or per variable. `where` gives variables that stand for a
    formula in the others or in earlier ones, such as {"u": "x^2"}: at every test point their values follow
    from it, so that an answer may be written in `u` or in `x`; a derivative with respect to `u` still moves
    `u` alone. `samples` maps a name to the matrix whose row i it means as a column: {"x": "X"} lets `x_i` be
    sample i. `hints` is a ladder, from shape to worked twin. `template` declares variants. `section` is the
    article's ("4.2"). `misconceptions` of the literature that it brings out are the ids of its parts'
    mistakes.
    """

    id: str
    section: str
    prompt: str
    parts: tuple[Part, ...]
    points: float
    title: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    domain: str | Mapping[str, str] = "real"
    samples: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    template: Any = None

    def __post_init__(self) -> None:
        for law in _LAWS:
            problem = law(self)
            if problem:
                raise RecordError(f"{self.id}: {problem}")

    @property
    def assignment(self) -> str:
        return self.id.split("-")[0]

    @property
    def variable(self) -> str:
        """The name of the answer's variable in the notebook: `a05_07`."""
        return self.id.lower().replace("-", "_")

    @property
    def is_code(self) -> bool:
        return any(part.kind == "code" for part in self.parts)

    @property
    def by_hand(self) -> bool:
        """Whether a person reads the answer and gives the points."""
        return any(part.kind == "text" for part in self.parts)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the check cell hands over: the answer's variable, or the functions of a code
        exercise. An answer for a person is no variable."""
        if self.by_hand:
            return ()
        if self.is_code:
            return tuple(part.signature.name for part in self.parts if part.signature)
        return (self.variable,)

    def part(self, name: str) -> Part:
        """The part called `name`. Raises KeyError."""
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)

    @cached_property
    def version(self) -> str:
        """A short fingerprint of all that can change a verdict or a sentence."""
        return hashlib.sha256(_canonical(self).encode()).hexdigest()[:12]


def _canonical(value: Any) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        inner = ",".join(f"{f.name}={_canonical(getattr(value, f.name))}" for f in fields(value))
        return f"{type(value).__name__}({inner})"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{k!r}:{_canonical(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (tuple, list)):
        return "(" + ",".join(map(_canonical, value)) + ")"
    if callable(value):
        return inspect.getsource(value)
    return repr(value)


# The laws that need no mathematics; the others are tests over the whole catalogue.


def _law_id(exercise: Exercise) -> str | None:
    if not re.fullmatch(r"[A-Z]\w*-\d{2}[a-z]?", exercise.id):
        return "an id is the assignment's, a dash and two digits, such as A05-07; rename it"
    return None


def _law_parts(exercise: Exercise) -> str | None:
    names = [part.name for part in exercise.parts]
    if not names:
        return "an exercise needs at least one part; add one"
    if len(set(names)) < len(names) or not all(name.isidentifier() for name in names):
        return f"part names {names} must be different identifiers; rename them"
    if exercise.is_code and any(part.kind != "code" for part in exercise.parts):
        return "code parts stand alone in their exercise; split it"
    if exercise.by_hand and len(exercise.parts) > 1:
        return "a text part is alone in its exercise, whose whole answer a person reads; split it"
    return None


def _law_part(exercise: Exercise) -> str | None:
    for part in exercise.parts:
        needs: dict[str, Callable[[Part], object]] = {
            "formula": lambda p: p.key is not None or (p.f and p.wrt),
            "number": lambda p: p.key is not None or (p.f and p.at),
            "choice": lambda p: p.choices and p.key in LETTERS[: len(p.choices)],
            "choices": lambda p: p.choices and p.key and set(p.key) <= set(LETTERS[: len(p.choices)]),
            "shape": lambda p: isinstance(p.key, str),
            "error": lambda p: p.lines and p.key in range(1, len(p.lines) + 1),
            "derivation": lambda p: p.f,
            "code": lambda p: p.signature and callable(p.key),
            "text": lambda p: p.key and p.lines,
        }
        if part.kind not in needs:
            return f"part {part.name!r} is of no known kind ({part.kind!r}); use one of {', '.join(KINDS)}"
        if not needs[part.kind](part):
            return f"part {part.name!r} of kind {part.kind} lacks its key; see record.Part for what it needs"
        ids = [mistake.id for mistake in part.mistakes]
        if len(set(ids)) < len(ids):
            return f"part {part.name!r} lists a mistake twice ({ids}); put further forms into `also`"
        for mistake in part.mistakes:
            if mistake.credit is not None and not 0 <= mistake.credit < 1:
                return f"mistake {mistake.id} would earn full credit; a mistake's credit is below 1"
            if len(mistake.message.split()) < 3:
                return f"mistake {mistake.id} has no sentence; write what went wrong and what to look at"
    return None


def _law_points(exercise: Exercise) -> str | None:
    if exercise.points <= 0 or any(part.weight <= 0 for part in exercise.parts):
        return "points and weights are positive; set them"
    return None


_LAWS = (_law_id, _law_parts, _law_part, _law_points)
