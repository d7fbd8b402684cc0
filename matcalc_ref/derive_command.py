"""The command `matcalc derive`: a derivative, its shape and layout, and the steps that lead to it."""

from __future__ import annotations

import json
import sys
from typing import Any

from matcalc_ref.derive import LAYOUTS, CannotDerive, Derivation, derive
from matcalc_ref.derive.show import text_lines
from matcalc_ref.language import Refusal, Scope, latex, numpy_code, read, show_shape, text
from matcalc_ref.language.explain import DECLARE, variables_of
from matcalc_ref.language.reading import outside


def run(expression: str, wrt: str, *, variables: list[str], as_json: bool) -> int:
    """Prints the derivative of `expression` by `wrt`; 0, or 2 where there is none."""
    try:
        scope = Scope(variables_of(variables))
        f = read(expression, scope)
        found = derive(f, [read(name, scope) for name in outside(wrt, ",")])
    except Refusal as refusal:
        at = list(refusal.at) if refusal.at else None
        part = refusal.text[slice(*refusal.at)] if refusal.at and refusal.text else None
        declare = "" if variables or as_json else f"\n{DECLARE}"
        return _fail(str(refusal), part, at, refusal.caret() + declare, as_json)
    except CannotDerive as error:
        part = None if error.part is None else text(error.part)
        start = expression.find(part) if part else -1
        at = [start, start + len(part)] if part and start >= 0 else None
        return _fail(str(error), part, at, "", as_json)
    except RecursionError:
        return _fail("The expression is nested too deeply; give parts of it names.", None, None, "", as_json)
    except ValueError as error:
        return _fail(str(error), None, None, "", as_json)
    print(json.dumps(answer(found), ensure_ascii=False, indent=2) if as_json else _written(found))
    return 0


def answer(found: Derivation) -> dict[str, Any]:
    """What `--json` prints."""
    rows, columns = found.shape
    return {
        "derivative": text(found.result),
        "shape": f"{rows},{columns}",
        "layout": found.layout,
        "steps": text_lines(found),
        "latex": latex(found.result),
        "numpy": numpy_code(found.result),
        "notes": list(found.notes),
    }


def _fail(message: str, part: str | None, at: list[int] | None, caret: str, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"error": message, "part": part, "at": at}, ensure_ascii=False))
    else:
        print(message + (f"\n{caret}" if caret else f"\nThe part: {part}" if part else ""), file=sys.stderr)
    return 2


def _written(found: Derivation) -> str:
    lines = text_lines(found)
    width = max((len(line["after"]) for line in lines), default=0)
    out = [lines[0]["before"]] if lines else []
    for line in lines:
        rule = line["rule"] + (f" ({line['section']})" if line["section"] else "")
        out.append(f"  = {line['after']:<{min(width, 70)}}   {rule}")
    out += ["", f"{text(found.result)}   {show_shape(found.shape)}", LAYOUTS[found.layout], *found.notes]
    return "\n".join(out)
