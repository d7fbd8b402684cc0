"""Variants of an exercise: the same skill with other numbers, functions or names, and with keys of their own.

A record declares them by a `Template`: what is drawn, and which texts of the record are written anew from it.
Keys, further mistakes and worked solutions follow from the derivation, as for every record. Every variant is
checked before it is handed out; one that is trivial, degenerate, or the record itself again is refused and
another one is drawn.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from matcalc_ref.derive import CannotDerive, Derivation, derive, mutations
from matcalc_ref.language import SCALAR, Node, Points, Refusal, Scope, evaluate, latex, read, show_shape, text
from matcalc_ref.language.tree import Variable
from matcalc_ref.numeric import jacobian
from matcalc_ref.record import Exercise, Mistake, Part, RecordError
from matcalc_ref.rewriting.collect import cost
from matcalc_ref.rewriting.normal import normal

VARIED = frozenset(("formula", "number", "derivation"))
MOST_TRIES = 60
MOST_MISTAKES = 8
CHAINS = "4.5"  # the section of the article with the chain rules
EARLY = "product and chain rules (section 2)"


@dataclass(frozen=True)
class Template:
    """What varies in an exercise.

    `draws` maps a name to the values to choose from: numbers, or texts of formulas; a pair (formula, LaTeX)
    gives the two spellings of one value. `parts` maps a part's name to the fields that are written anew (`f`,
    `wrt`, `key`, `at`, `label`, `lines`, `carries`, `mistakes`); a drawn value stands in them as «name», as a
    formula, and in `prompt`, labels and sentences in LaTeX. «f:dx» in the prompt is the LaTeX of the part's
    own f. `mistakes` maps the ids of the record's mistakes to their answers, or to (answer, message); those
    not named are left out, and mistakes computed from the derivation take their place. `unequal` lists draws
    that must differ from each other. `variables`, `where` and `title` take the place of the record's.
    """

    draws: Mapping[str, Sequence[Any]]
    prompt: str
    parts: Mapping[str, Mapping[str, Any]]
    variables: Mapping[str, str] | None = None
    unequal: tuple[tuple[str, ...], ...] = ()
    hints: tuple[str, ...] = field(default=())
    where: Mapping[str, str] | None = None
    title: str | None = None


def variants(exercise: Exercise, seed: int, count: int = 5) -> tuple[Exercise, ...]:
    """Up to `count` different variants, the same ones for the same seed.

    Raises RecordError where the exercise declares no template, or where its template gives nothing usable.
    """
    template = exercise.template
    if not isinstance(template, Template):
        raise RecordError(f"{exercise.id}: no variants are declared; give the record a Template")
    chance = random.Random(f"{exercise.id} {seed}")
    found: dict[tuple[Any, ...], Exercise] = {}
    problems: list[str] = []
    for _ in range(MOST_TRIES):
        if len(found) >= count:
            break
        drawn = {name: chance.choice(list(values)) for name, values in template.draws.items()}
        place = tuple(str(value) for value in drawn.values())
        if place in found or any(
            len({str(drawn[n]) for n in names}) < len(names) for names in template.unequal
        ):
            continue
        try:
            found[place] = _written(exercise, template, drawn)
        except (_Refused, CannotDerive, Refusal, RecordError) as problem:
            problems.append(str(problem))
    if not found:
        raise RecordError(f"{exercise.id}: its template gives no usable variant ({'; '.join(problems[:3])})")
    return tuple(found.values())


class _Refused(ValueError):
    """A draw that makes no good exercise."""


def _written(exercise: Exercise, template: Template, drawn: Mapping[str, Any]) -> Exercise:
    variables = exercise.variables if template.variables is None else template.variables
    where = exercise.where if template.where is None else template.where
    plain = {name: _formula(value) for name, value in drawn.items()}
    shown = {name: _shown(value) for name, value in drawn.items()}
    parts = tuple(_part(part, template.parts.get(part.name), plain, shown) for part in exercise.parts)
    made = replace(
        exercise,
        title=exercise.title if template.title is None else template.title,
        parts=parts,
        variables={_fill(name, plain): shape for name, shape in variables.items()},
        where={name: _fill(formula, plain) for name, formula in where.items()},
        hints=tuple(_fill(hint, shown) for hint in template.hints),
        template=None,
    )
    scope = Scope(made.variables, samples=made.samples)

    def own_f(found: re.Match[str]) -> str:
        return latex(read(made.part(found[1]).f or "", scope))

    prompt = re.sub(r"«f:(\w+)»", own_f, template.prompt)
    made = replace(made, prompt=_fill(prompt, shown))
    checked = [
        _checked(exercise, made, old, new) for old, new in zip(exercise.parts, made.parts, strict=True)
    ]
    return replace(made, parts=tuple(checked), hints=made.hints or _hints(made))


def _part(
    part: Part, changes: Mapping[str, Any] | None, plain: Mapping[str, str], shown: Mapping[str, str]
) -> Part:
    if changes is None:
        return part
    if part.kind not in VARIED:
        raise RecordError(
            f"a part of kind {part.kind} has no variants; leave {part.name} out of the template"
        )
    unknown = changes.keys() - {f.name for f in fields(Part)}
    if unknown:
        raise RecordError(
            f"the template of {part.name} writes {', '.join(sorted(unknown))}, which no part has"
        )
    new = {name: _deep(value, shown if name == "label" else plain) for name, value in changes.items()}
    new["mistakes"] = tuple(
        _mistake(part, id, answer, plain, shown) for id, answer in changes.get("mistakes", {}).items()
    )
    if "key" not in changes and part.f is not None:
        new["key"] = None
    return replace(part, **new)


def _mistake(part: Part, id: str, answer: Any, plain: Mapping[str, str], shown: Mapping[str, str]) -> Mistake:
    listed = {mistake.id: mistake for mistake in part.mistakes}
    wrong, message = answer if isinstance(answer, tuple) else (answer, None)
    if message is None and id not in listed:
        raise RecordError(
            f"the template names the mistake {id}, which {part.name} does not list; give its sentence"
        )
    message = listed[id].message if message is None else _fill(message, shown)
    credit = listed[id].credit if id in listed else None
    return Mistake(id, _deep(wrong, plain), message, credit)


def _checked(original: Exercise, made: Exercise, old: Part, new: Part) -> Part:
    """The part with its mistakes completed; refused where the draw makes it trivial or wrong."""
    if new == old or new.kind not in VARIED:
        return new
    key, before = _key(made, new), _key(original, old)
    if key is None or before is None:
        return new
    if normal(key) == normal(before) and new.f == old.f:
        raise _Refused("it is the record itself again")
    names = {node.name for node in key.walk() if isinstance(node, Variable)}
    if not names and any(isinstance(node, Variable) for node in before.walk()):
        raise _Refused("its answer is a constant")
    if key.shape != before.shape:
        raise _Refused("its answer has another shape")
    if not cost(before) / 2 - 4 <= cost(key) <= cost(before) * 2 + 4:
        raise _Refused("it is much easier or harder")
    derivation = _derivation(made, new)
    if derivation is not None:
        _confirm(made, derivation)
    scope = Scope(made.variables, samples=made.samples)
    mistakes: dict[str, Mistake] = {}
    seen = {normal(key)}
    for mistake in new.mistakes:
        wrong = normal(read(mistake.answer, scope, expect=key.shape))
        if wrong not in seen:
            seen.add(wrong)
            mistakes[mistake.id] = mistake
    for mutation in mutations(derivation) if derivation is not None else ():
        if (
            len(mistakes) < MOST_MISTAKES
            and mutation.id != "layout"  # the verdict knows the transpose by itself
            and mutation.id not in mistakes
            and normal(mutation.wrong) not in seen
        ):
            answer = text(mutation.wrong) if new.kind != "number" else _number_at(made, new, mutation.wrong)
            if answer is not None:
                mistakes[mutation.id] = Mistake(mutation.id, answer, mutation.sentence)
    written = new.key if new.key is not None or new.kind == "number" or derivation is None else text(key)
    return replace(new, key=written, mistakes=tuple(mistakes.values()))


def _number_at(exercise: Exercise, part: Part, wrong: Node) -> float | None:
    """The value of a wrong derivative at the part's point, where that is one number and differs from the
    right one.
    """
    derivation = _derivation(exercise, part)
    if derivation is None or not (wrong.is_scalar and derivation.result.is_scalar):
        return None
    scope = Scope(exercise.variables, samples=exercise.samples)
    sizes: dict[str, int] = {}
    values = {}
    for name, given in part.at.items():
        array = np.atleast_1d(np.array(given, dtype=float))
        values[name] = array.reshape(1, len(array), -1)
        for size, actual in zip(scope.variable(name).shape, values[name].shape[1:], strict=True):
            if str(size) in size.names:
                sizes[str(size)] = actual
    at = Points(sizes, values, 1)
    value, right = (float(evaluate(node, at)[0, 0, 0]) for node in (wrong, derivation.result))
    return value if np.isfinite(value) and abs(value - right) > 1e-6 * max(1.0, abs(right)) else None


def _derivation(exercise: Exercise, part: Part) -> Derivation | None:
    if part.f is None or part.wrt is None:
        return None
    scope = Scope(exercise.variables, samples=exercise.samples)
    return derive(read(part.f, scope), read(part.wrt, scope))


def _key(exercise: Exercise, part: Part) -> Node | None:
    derivation = _derivation(exercise, part)
    if derivation is not None:
        return derivation.result
    formula = part.key if part.f is None else part.f
    return (
        read(formula, Scope(exercise.variables, samples=exercise.samples))
        if isinstance(formula, str)
        else None
    )


def _confirm(exercise: Exercise, derivation: Derivation) -> None:
    """The key against central differences at two points of unequal dimensions."""
    x = derivation.wrt[0]
    if not isinstance(x, Variable) or derivation.expression.free_indices:
        return
    scope = Scope(exercise.variables, samples=exercise.samples)
    for trial in range(2):
        chance = np.random.default_rng(trial)
        sizes = {name: 3 + k + trial for k, name in enumerate(sorted(scope.dimensions))}
        values = {}
        for name in exercise.variables:
            rows, columns = (size.at(sizes) for size in scope.variable(name).shape)
            values[name] = chance.uniform(0.3, 1.7, (1, rows, columns))

        def f(moved: Any, sizes: Any = sizes, values: Any = values) -> Any:
            return evaluate(derivation.expression, Points(sizes, {**values, x.name: moved[None]}, 1))[0]

        by_differences = jacobian(f, values[x.name][0])
        exact = evaluate(derivation.result, Points(sizes, values, 1))[0]
        if not np.allclose(exact.ravel(), by_differences.ravel(), rtol=1e-5, atol=1e-6):
            raise _Refused("its key does not agree with finite differences")


def _hints(exercise: Exercise) -> tuple[str, ...]:
    """The rungs that every variant has: the shapes, and the rules that lead there."""
    asked = [part for part in exercise.parts if part.f and part.wrt]
    found = [(part, made) for part in asked if (made := _derivation(exercise, part)) is not None]
    if not found:
        return ()
    one = "a formula for one number"
    shapes = [
        one if made.shape == SCALAR else "$" + show_shape(made.shape, r" \times ") + "$"
        for _, made in found
    ]
    said = [f"`{part.name}` is {shape}" for (part, _), shape in zip(found, shapes, strict=True)]
    first = f"The answer is {shapes[0]}." if len(asked) == 1 else f"The shapes: {', '.join(said)}."
    steps = [step for _, made in found for step in made.steps if step.section and not step.introduced]
    early = exercise.section < CHAINS  # the engine takes these rules for what section 2 has already
    rules = dict.fromkeys(
        EARLY if early and step.section.startswith(CHAINS) else f"{step.rule} (section {step.section})"
        for step in steps
    )
    return (first, f"Use: {', then '.join(rules)}.") if rules else (first,)


def _formula(value: Any) -> str:
    written = str(value[0] if isinstance(value, tuple) else value)
    return f"({written})" if written.startswith("-") else written


def _shown(value: Any) -> str:
    return str(value[1] if isinstance(value, tuple) else value)


def _fill(template: str, values: Mapping[str, str]) -> str:
    def drawn(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise RecordError(f"«{found[1]}» is not drawn; add it to the template's draws")
        return values[found[1]]

    return re.sub(r"«(\w+)»", drawn, template)


def _deep(value: Any, values: Mapping[str, str]) -> Any:
    """The texts inside a field, filled in; a text that was only a drawn number stays a number."""
    if isinstance(value, str):
        filled = _fill(value, values)
        if filled != value and re.fullmatch(r"\(?-?\d+(\.\d+)?\)?", filled) and re.fullmatch(r"«\w+»", value):
            return float(filled.strip("()"))
        return filled
    if isinstance(value, Mapping):
        return {name: _deep(inner, values) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_deep(inner, values) for inner in value)
    return value
