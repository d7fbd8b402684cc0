"""What a player may see of the file system: what Python needs to run, and nothing of the course."""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32")
FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts")
DEVICES = ("null", "zero", "full", "random", "urandom")
HOME = "/home/student"
PACKAGES = ("graders", "matcalc_ref")
HIDDEN = ("matcalc_ref/exercises",)
ENVIRONMENT = ("bin", "lib", "lib64", "pyvenv.cfg")


@dataclass(frozen=True)
class View:
    """`mounts` are made in their order, the outer before what lies in it: a folder or file that is shown
    read-only at its own path (True), or a folder that is emptied (False). `links` are made anew.
    """

    mounts: tuple[tuple[str, bool], ...]
    links: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> tuple[str, ...]:
        return tuple(path for path, shown in self.mounts if shown)

    @property
    def emptied(self) -> tuple[str, ...]:
        return tuple(path for path, shown in self.mounts if not shown)


@cache
def make_view(private: tuple[str, ...] = ()) -> View:
    """The view for this interpreter, wherever it and the project are installed.

    Of the folders `private` nothing is in it, even where they lie in one that must be shown (a course in
    /usr/src/app); but for what Python needs and lies in them (its environment, this project).
    """
    private = tuple(map(os.path.realpath, private))
    links = [(path, os.readlink(path)) for path in SYSTEM if os.path.islink(path)]
    homes = [_home(package) for package in PACKAGES]
    needed: list[str] = []
    for path in (*SYSTEM, *_python(), *FILES, *homes):
        if os.path.realpath(path) in private:  # an environment made in the very course folder
            needed += [os.path.join(path, name) for name in ENVIRONMENT]
        elif path not in dict(links):
            needed.append(path)
    wanted = {path: True for path in needed if os.path.exists(path)}
    places = [str(Path(home).parent / name) for home in homes for name in HIDDEN]
    for path in list(wanted):
        real = os.path.realpath(path)
        places += [path + one[len(real) :] for one in private if one.startswith(real + "/")]
    wanted |= {path: False for path in places if os.path.isdir(path)}
    mounts: dict[str, bool] = {}
    for path in sorted(wanted, key=len):
        above = [shown for other, shown in mounts.items() if path.startswith(other + "/")]
        if wanted[path] != (bool(above) and above[-1]):
            mounts[path] = wanted[path]
    return View(tuple(mounts.items()), tuple(links))


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
