"""What a player may see of the file system: what Python needs to run, and nothing of the course."""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32")
FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts")
DEVICES = ("null", "zero", "full", "random", "urandom")
HOME = "/home/student"
PACKAGES = ("graders", "matcalc_ref")
HIDDEN = ("matcalc_ref/exercises",)


@dataclass(frozen=True)
class View:
    """`shown` are folders and files bound read-only to the same path, `links` are made anew, `hidden` are
    emptied.
    """

    shown: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    hidden: tuple[str, ...]


def make_view() -> View:
    """The view for this interpreter, wherever it and the project are installed."""
    shown: list[str] = []
    links: list[tuple[str, str]] = []
    for path in SYSTEM:
        if os.path.islink(path):
            links.append((path, os.readlink(path)))
        elif os.path.isdir(path):
            shown.append(path)
    for path in (*_python(), *FILES):
        if os.path.exists(path) and not _covered(path, shown):
            shown.append(path)
    hidden = []
    for package in PACKAGES:
        where = Path(_home(package))
        if not _covered(str(where), shown):
            shown.append(str(where))
        for name in HIDDEN:
            inside = where.parent / name
            if name.startswith(package) and inside.is_dir():
                hidden.append(str(inside))
    return View(tuple(shown), tuple(links), tuple(hidden))


def _python() -> list[str]:
    """Where the interpreter, its library and its packages are; the links on the way to it are followed."""
    found = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix]
    step = sys.executable
    for _ in range(10):
        if not os.path.islink(step):
            break
        step = os.path.normpath(os.path.join(os.path.dirname(step), os.readlink(step)))
        found.append(
            os.path.dirname(os.path.dirname(step))
            if os.path.basename(os.path.dirname(step)) == "bin"
            else step
        )
    found += [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
    # packages elsewhere (a user's site): only folders that hold nothing else
    found += [p for p in sys.path if os.path.basename(p) in ("site-packages", "dist-packages")]
    real = [os.path.realpath(path) for path in found]
    unique = sorted(dict.fromkeys([*found, *real]), key=len)
    return [path for path in unique if path and path not in ("/", os.path.expanduser("~"))]


def _home(package: str) -> str:
    import importlib.util

    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(package)
    return os.path.realpath(next(iter(spec.submodule_search_locations)))


def _covered(path: str, shown: list[str]) -> bool:
    return any(path == above or path.startswith(above + "/") for above in shown)
