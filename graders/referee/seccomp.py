"""A filter of system calls: what a player has no business with is refused, as if not permitted."""

from __future__ import annotations

import ctypes
import errno
import struct

from graders.referee.linux import MACHINE, PR_SET_SECCOMP, prctl

_LOAD, _JEQ, _JGE, _JSET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW… flag
_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# mounts, namespaces, tracing, keys, modules, io_uring, file handles, and others that only a system needs; and
# what holds memory that no process maps: memfd_create, memfd_secret, bind, listen, setsockopt
_REFUSED = {
    "x86_64": (101, 153, 155, 161, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 175, 176, 179, 227,
               246, 248, 249, 250, 272, 298, 300, 301, 303, 304, 305, 308, 310, 311, 312, 313, 320, 321, 323,
               425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 440, 442, 443,
               319, 447, 49, 50, 54),
    "aarch64": (39, 40, 41, 51, 89, 97, 104, 105, 106, 112, 117, 142, 161, 162, 170, 217, 218, 219, 224, 225,
                241, 262, 263, 264, 265, 266, 268, 270, 271, 272, 273, 280, 282, 294, 425, 426, 427, 428, 429,
                430, 431, 432, 433, 438, 440, 442, 443, 279, 447, 200, 201, 208),
}  # fmt: skip
_CLONE = {"x86_64": 56, "aarch64": 220}
_SOCKET = {"x86_64": (41, 53), "aarch64": (198, 199)}  # socket, socketpair
_CLONE3 = 435
_FAMILIES = (1, 2, 10)  # Unix, IPv4, IPv6


def known() -> bool:
    """Whether there is a filter for this kind of machine."""
    return MACHINE in _ARCH


def confine() -> None:
    """Install the filter for this process and its children. Needs no_new_privs. Raises OSError."""
    program = _program()
    code = b"".join(struct.pack("HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program), ctypes.addressof(buffer)), 16)
    prctl(PR_SET_SECCOMP, 2, ctypes.addressof(header))


def _program() -> list[tuple[int, int, int, int]]:
    refuse, absent = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
    lines = [(_LOAD, 0, 0, 4), (_JEQ, 1, 0, _ARCH[MACHINE]), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    if MACHINE == "x86_64":
        lines += [(_JGE, 0, 1, 0x40000000), (_RETURN, 0, 0, refuse)]  # the x32 calls
    for number in _REFUSED[MACHINE]:
        lines += [(_JEQ, 0, 1, number), (_RETURN, 0, 0, refuse)]
    # glibc falls back to clone, whose flags can be looked at
    lines += [(_JEQ, 0, 1, _CLONE3), (_RETURN, 0, 0, absent)]
    lines += [(_JEQ, 0, 3, _CLONE[MACHINE]), (_LOAD, 0, 0, 16), (_JSET, 0, 1, _NEW_NAMESPACES),
              (_RETURN, 0, 0, refuse), (_LOAD, 0, 0, 0)]  # fmt: skip
    for number in _SOCKET[MACHINE]:
        lines += [(_JEQ, 0, 6, number), (_LOAD, 0, 0, 16)]
        lines += [(_JEQ, 3 - at, 0, family) for at, family in enumerate(_FAMILIES)]
        lines += [(_RETURN, 0, 0, _ERRNO | errno.EAFNOSUPPORT), (_LOAD, 0, 0, 0)]
    return [*lines, (_RETURN, 0, 0, _ALLOW)]
