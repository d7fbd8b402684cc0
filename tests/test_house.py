"""The house itself: imports run one way and stay light, files stay readable, the command has help."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEVELS = {
    "matcalc_ref": (
        "language rewriting numeric rules derive record variants exercises catalogue weave".split()
    ),
    "graders": "compare feedback referee classroom study cli".split(),
}


LANGUAGE = (
    "sizes table tree operations backends evaluate scope sentences printing syntax meaning objects "
    "reading explain"
).split()


def sources() -> list[Path]:
    return sorted(path for package in LEVELS for path in (ROOT / package).rglob("*.py"))


def room(module: str) -> tuple[str, str]:
    """The package and the room of a dotted module name: `matcalc_ref.derive_steps.x` is in `derive`."""
    package, _, rest = module.partition(".")
    first = rest.split(".")[0]
    rooms = LEVELS[package]
    return package, next((name for name in rooms if first == name or first.startswith(name + "_")), "")


def imports(path: Path) -> Iterator[tuple[str, int]]:
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package.split(".")[: -node.level]
                yield ".".join([*base, *([node.module] if node.module else [])]), node.lineno
                if not node.module:
                    for alias in node.names:
                        yield ".".join([*base, alias.name]), node.lineno
            else:
                yield node.module or "", node.lineno
                if node.module and (ROOT / node.module.replace(".", "/")).is_dir():
                    for alias in node.names:
                        yield f"{node.module}.{alias.name}", node.lineno


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    here, my_room = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for module, line in imports(path):
        package = module.split(".")[0]
        if package not in LEVELS:
            continue
        where = f"{path.relative_to(ROOT)}:{line} imports {module}"
        if here == "matcalc_ref":
            assert package == "matcalc_ref", f"{where}: matcalc_ref knows nothing of graders"
        _, other = room(module)
        if package == here and my_room and other:
            order = LEVELS[here]
            assert order.index(other) <= order.index(my_room), f"{where}: {my_room} lies below {other}"


def graph() -> dict[str, set[str]]:
    """Every module -> those that it imports anywhere, the faces of packages (`__init__.py`) left out."""
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in sources()
        if path.name != "__init__.py"
    }
    return {name: {other for other, _ in imports(path)} & modules.keys() for name, path in modules.items()}


def test_no_modules_import_each_other() -> None:
    graphlib.TopologicalSorter(graph()).prepare()  # raises CycleError, with the circle


def test_the_language_can_be_read_in_order() -> None:
    """Its modules can be read one after another, each package after those that it imports."""
    home = "matcalc_ref.language."
    for module, others in graph().items():
        for other in others:
            if module.startswith(home) and other.startswith(home):
                mine, theirs = (LANGUAGE.index(name.split(".")[2]) for name in (module, other))
                assert theirs <= mine, f"{module} imports {other}, which lies above it"


def test_files_stay_readable() -> None:
    for path in sources():
        if "exercises" not in path.parts:
            lines = len(path.read_text(encoding="utf-8").splitlines())
            assert lines <= 400, f"{path.relative_to(ROOT)} has {lines} lines; split it"


@pytest.mark.parametrize("module", ["graders", "matcalc_ref", "graders.study", "graders.cli"])
def test_imports_stay_light(module: str) -> None:
    heavy = {"sympy", "nbgrader", "nbconvert", "matplotlib", "IPython", "numpy"}
    code = f"import sys, {module}; print(*sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not done.stdout.strip(), f"import {module} loads {done.stdout}"


def test_every_command_has_help_with_an_example() -> None:
    from typer.testing import CliRunner

    from graders.cli import app

    names = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    assert {"list", "check", "equal", "derive", "notebooks", "demo", "grade", "doctor"} <= set(names)
    for name in sorted(names):
        result = CliRunner().invoke(app, [name, "--help"])
        assert result.exit_code == 0, result.output
        assert f"matcalc {name}" in re.sub(r"\s+", " ", result.output).split("Example:", 1)[1], name
