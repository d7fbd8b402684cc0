"""Confinement of a process that was just forked from the warm server: see `enter`.

Everything here runs in that process before any code of a student does, and raises OSError where the system
refuses; the process then ends, and no player comes of it.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from dataclasses import dataclass

from graders.referee import linux, seccomp
from graders.referee.limits import OPEN_FILES, Limits, MiB
from graders.referee.scratch import copy_files
from graders.referee.view import DEVICES, HOME, View

INSIDE_ID = 1000
WRITABLE = (HOME, "/tmp", *(f"/dev/{name}" for name in ("shm", "pts", "ptmx", "tty", *DEVICES)))
PASSWD = f"root:x:0:0::/:/bin/false\nstudent:x:{INSIDE_ID}:{INSIDE_ID}::{HOME}:/bin/sh\n"
GROUP = f"root:x:0:\nstudent:x:{INSIDE_ID}:\n"
ENVIRONMENT = {
    "HOME": HOME,
    "USER": "student",
    "LOGNAME": "student",
    "SHELL": "/bin/sh",
    "PATH": f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
    "TERM": "xterm-color",
    "PAGER": "cat",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MPLCONFIGDIR": f"{HOME}/.config/matplotlib",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True)
class Cell:
    """What one jail is made of. `root` is an empty folder, `host_id` the uid and gid that the player gets as
    root.
    """

    view: View
    root: str
    folder: str | None
    limits: Limits
    host_id: int | None


def leave_namespaces(host_id: int | None, of_processes: bool = True) -> None:
    """First step, before the fork that makes process 1: namespaces of its own.

    Process 1 itself takes it where the server made the namespace of processes already.
    """
    separate = linux.CLONE_NEWNS | linux.CLONE_NEWNET | linux.CLONE_NEWIPC
    separate |= linux.CLONE_NEWUTS | linux.CLONE_NEWCGROUP
    if of_processes:
        separate |= linux.CLONE_NEWPID
    if host_id is None:
        outside = os.geteuid(), os.getegid()
        linux.unshare(linux.CLONE_NEWUSER | separate)
        _map(*outside)
    else:
        linux.unshare(separate)


def _map(uid: int, gid: int) -> None:
    for name, line in (
        ("setgroups", "deny"),
        ("gid_map", f"{INSIDE_ID} {gid} 1"),
        ("uid_map", f"{INSIDE_ID} {uid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)


def enter(cell: Cell) -> None:
    """Second step, as process 1: a root of its own, no rights, bounded. What is left is `confine_student`."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # if the machine runs out of memory, players go first
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    _build_root(cell)
    linux.pivot_root(cell.root)
    if cell.host_id is not None:
        os.setgroups([])
        os.setresgid(cell.host_id, cell.host_id, cell.host_id)
        os.setresuid(cell.host_id, cell.host_id, cell.host_id)
        linux.prctl(linux.PR_SET_DUMPABLE, 1)
        with contextlib.suppress(
            OSError
        ):  # a uid of its own is the stronger half; not every system allows this one
            linux.unshare(linux.CLONE_NEWUSER)
            _map(cell.host_id, cell.host_id)
    settle(cell.limits)


def settle(limits: Limits) -> None:
    """No rights, bounds, a home: what remains when the root is in place."""
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    _bound(limits)
    linux.drop_capabilities()
    os.umask(0o077)
    os.chdir(HOME)
    os.environ.clear()
    os.environ.update(ENVIRONMENT)


def _build_root(cell: Cell) -> None:
    root = cell.root
    linux.mount("scratch", root, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV,
                f"size={cell.limits.scratch}m,nr_inodes=20000,mode=0755")  # fmt: skip
    for path, shown in cell.view.mounts:
        goal = root + path
        if not shown:
            linux.mount("nothing", goal, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "size=64k,mode=0755")
            continue
        if os.path.isdir(path):
            os.makedirs(goal, exist_ok=True)
        else:
            _touch(goal)
        linux.bind(path, goal, read_only=True)
    for path in cell.view.emptied:  # only now: some have something shown in them
        linux.make_read_only(root + path)
    for path, target in cell.view.links:
        os.symlink(target, root + path)
    for name in ("proc", "dev", "etc", HOME[1:]):
        os.makedirs(f"{root}/{name}", exist_ok=True)
    for name in ("tmp", "dev/shm"):
        os.makedirs(f"{root}/{name}", exist_ok=True)
        os.chmod(f"{root}/{name}", 0o1777)
    for name in DEVICES:
        _touch(f"{root}/dev/{name}")
        linux.bind(f"/dev/{name}", f"{root}/dev/{name}", read_only=False)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(target, f"{root}/dev/{name}")
    _terminals(root)
    _processes(root)
    for name, text in (("passwd", PASSWD), ("group", GROUP)):
        with open(f"{root}/etc/{name}", "w") as file:
            file.write(text)
    home = root + HOME
    if cell.folder:
        copy_files(cell.folder, home, cell.limits.scratch * MiB // 2)
    if cell.host_id is not None:
        _give(home, cell.host_id)


def _touch(path: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))


def _terminals(root: str) -> None:
    """Pseudo-terminals, for `!command`; not everywhere to be had, and nothing depends on them."""
    os.makedirs(f"{root}/dev/pts")
    with contextlib.suppress(OSError):
        flags = linux.MS_NOSUID | linux.MS_NOEXEC
        linux.mount("devpts", f"{root}/dev/pts", "devpts", flags, "newinstance,ptmxmode=0666,mode=0620")
        os.symlink("pts/ptmx", f"{root}/dev/ptmx")


def _processes(root: str) -> None:
    """/proc with the player's own processes; inside some containers it cannot be had."""
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    for options in ("subset=pid", ""):
        try:
            linux.mount("proc", f"{root}/proc", "proc", flags, options)
            return
        except OSError:
            continue


def _give(folder: str, owner: int) -> None:
    os.chown(folder, owner, owner)
    os.chmod(folder, 0o700)
    for place, names, files in os.walk(folder):
        for name in (*names, *files):
            os.chown(os.path.join(place, name), owner, owner, follow_symlinks=False)


def _bound(limits: Limits) -> None:
    """Resource limits; memory counts from what this process has already."""
    held = _memory()
    room = limits.memory * MiB
    for kind, value in (
        (resource.RLIMIT_AS, held["VmSize"] + room + 512 * MiB),
        (resource.RLIMIT_DATA, held["VmData"] + room),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_FSIZE, limits.file * MiB),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        most = resource.getrlimit(kind)[1]
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (value, value))


def _memory() -> dict[str, int]:
    sizes = {"VmSize": 0, "VmData": 0}
    with contextlib.suppress(OSError), open("/proc/self/status") as file:
        for line in file:
            name = line.partition(":")[0]
            if name in sizes:
                sizes[name] = int(line.split()[1]) * 1024
    return sizes if all(sizes.values()) else {"VmSize": 2048 * MiB, "VmData": 512 * MiB}


def confine_student() -> None:
    """Last step, in the process that will run the student's code: Landlock and the filter of system calls."""
    if linux.landlock_version():
        linux.landlock(["/"], [path for path in WRITABLE if os.path.exists(path)])
    if seccomp.known():
        seccomp.confine()
