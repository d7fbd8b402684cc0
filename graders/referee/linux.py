"""The system calls that confinement needs and Python lacks, by ctypes. Linux only; each raises OSError."""

from __future__ import annotations

import ctypes
import os
import platform
import struct

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS = 0x00020000, 0x02000000, 0x04000000
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x08000000, 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND = 1, 2, 4, 8, 4096
MS_REC, MS_PRIVATE = 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
_AT_RECURSIVE, _MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID, _MOUNT_ATTR_NODEV = 0x8000, 1, 2, 4

MACHINE = platform.machine()
_NUMBERS = {  # pivot_root, capset
    "x86_64": (155, 126),
    "aarch64": (41, 91),
}
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _syscall(what: str, number: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *wide), what)


def unshare(flags: int) -> None:
    """New namespaces for this process (of process ids: for its children)."""
    _checked(_libc.unshare(flags), "unshare")


def setns(handle: int, kind: int) -> None:
    """Join a namespace that is open at `handle` (of process ids: for the next children)."""
    _checked(_libc.setns(handle, kind), "setns")


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """mount(2)."""
    kind_ = kind.encode() if kind else None
    options_ = options.encode() if options else None
    result = _libc.mount(source.encode(), target.encode(), kind_, ctypes.c_ulong(flags), options_)
    _checked(result, f"mount {target}")


def bind(source: str, target: str, read_only: bool) -> None:
    """Show `source`, and all that is mounted below it at `target`; never its devices or set-uid bits."""
    mount(source, target, None, MS_BIND | MS_REC)
    _set(target, _MOUNT_ATTR_NOSUID | (_MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NODEV if read_only else 0))


def make_read_only(target: str) -> None:
    """What is mounted at `target` cannot be written to any more."""
    _set(target, _MOUNT_ATTR_RDONLY)


def _set(target: str, attributes: int) -> None:
    data = ctypes.create_string_buffer(struct.pack("QQQQ", attributes, 0, 0, 0), 32)
    _syscall(f"read-only {target}", 442, -100, target.encode(), _AT_RECURSIVE, data, 32)


def detach(target: str) -> None:
    """Unmount, lazily."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root(new: str) -> None:
    """Make `new` (a mount point) the root, and forget the old one."""
    os.chdir(new)
    _syscall("pivot_root", _NUMBERS[MACHINE][0], b".", b".")
    detach(".")
    os.chdir("/")


def prctl(option: int, first: int = 0, second: int = 0) -> None:
    """prctl(2)."""
    zero = ctypes.c_ulong(0)
    _checked(
        _libc.prctl(option, ctypes.c_ulong(first), ctypes.c_ulong(second), zero, zero), f"prctl {option}"
    )


def rules_the_machine() -> bool:
    """Whether this process is root with the rights to mount and to change users, as root in many containers
    is not.
    """
    if os.geteuid() != 0:
        return False
    needed = 1 << 0 | 1 << 6 | 1 << 7 | 1 << 21  # chown, setgid, setuid, sys_admin
    with open("/proc/self/status") as file:
        held = next((int(line.split()[1], 16) for line in file if line.startswith("CapEff:")), 0)
    return held & needed == needed


def drop_capabilities() -> None:
    """No capability, now or later."""
    for number in range(64):
        try:
            prctl(PR_CAPBSET_DROP, number)
        except OSError:
            break
    header = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0), 8)
    none = ctypes.create_string_buffer(24)
    _syscall("capset", _NUMBERS[MACHINE][1], header, none)


# Landlock: what may be touched below which folder, whatever the file modes say.
_READ, _EXECUTE, _READ_DIR, _WRITE = 1 << 2, 1 << 0, 1 << 3, 1 << 1


def landlock_version() -> int:
    """The version of Landlock in this kernel; 0 if there is none."""
    try:
        return _syscall("landlock", 444, None, 0, 1)
    except OSError:
        return 0


def landlock(readable: list[str], writable: list[str]) -> None:
    """From now on: read and execute below `readable`, everything below `writable`, no TCP, no signals
    outside.
    """
    version = landlock_version()
    if not version:
        raise OSError("no Landlock in this kernel")
    everything = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    fields = [everything, 3 if version >= 4 else 0, 3 if version >= 6 else 0]
    size = 8 if version < 4 else 16 if version < 6 else 24
    data = ctypes.create_string_buffer(struct.pack("QQQ", *fields)[:size], size)
    rules = _syscall("landlock", 444, data, size, 0)
    try:
        for paths, rights in ((readable, _READ | _EXECUTE | _READ_DIR), (writable, everything)):
            for path in paths:
                handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
                allowed = (
                    rights
                    if os.path.isdir(path)
                    else rights & (_READ | _EXECUTE | _WRITE | 1 << 14 | 1 << 15)
                )
                if version < 5:
                    allowed &= everything
                rule = ctypes.create_string_buffer(struct.pack("<Qi", allowed & everything, handle), 12)
                _syscall("landlock", 445, rules, 1, rule, 0)
                os.close(handle)
        _syscall("landlock", 446, rules, 0)
    finally:
        os.close(rules)
