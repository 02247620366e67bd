"""System calls that a container is not allowed with the runtime's own profile
(`RuntimeDefault`), as a filter for the kernel.

The runtime's profile lists what is allowed; this one what of it is known to be
missing there, for a process without capabilities.
"""

import errno
import platform
import struct

# Of x86-64.
DENIED = {
    "acct": 163, "add_key": 248, "bpf": 321, "clock_adjtime": 305,
    "clock_settime": 227, "delete_module": 176, "fanotify_init": 300,
    "finit_module": 313, "fsconfig": 431, "fsmount": 432, "fsopen": 430,
    "fspick": 433, "init_module": 175, "io_uring_enter": 426,
    "io_uring_register": 427, "io_uring_setup": 425, "ioperm": 173, "iopl": 172,
    "kexec_file_load": 320, "kexec_load": 246, "keyctl": 250,
    "lookup_dcookie": 212, "mbind": 237, "mount": 165, "mount_setattr": 442,
    "move_mount": 429, "open_by_handle_at": 304, "open_tree": 428,
    "perf_event_open": 298, "pivot_root": 155, "quotactl": 179, "reboot": 169,
    "request_key": 249, "set_mempolicy": 238, "setns": 308, "settimeofday": 164,
    "swapoff": 168, "swapon": 167, "syslog": 103, "umount2": 166,
    "unshare": 272, "userfaultfd": 323, "vhangup": 153,
}
ARCHITECTURE = 0xC000003E
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM


def program():
    """As the kernel takes it: a code, two jumps and a value a step."""
    if platform.machine() != "x86_64":
        raise RuntimeError("numbers of system calls are those of x86-64")
    steps = [(LOAD, 0, 0, 4), (JUMP_IF_EQUAL, 1, 0, ARCHITECTURE),
             (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    numbers = sorted(DENIED.values())
    for at, number in enumerate(numbers):
        steps.append((JUMP_IF_EQUAL, len(numbers) - at, 0, number))
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, FAIL)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
