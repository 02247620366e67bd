"""A loopback of the test's own, on which every port is free."""

import ctypes
import fcntl
import os
import socket
import struct
import sys

from rendered import OLDEST_KUBECTL, SKIPPED, kubectl_version

NEW_NETWORK = 0x40000000  # CLONE_NEWNET
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 0x1


def enter_or_skip():
    """Ends a test that needs manifests and a network where it has neither."""
    problem = None
    if (kubectl_version() or (0, 0)) < OLDEST_KUBECTL:
        problem = "there is no kubectl of 1.21 or later"
    else:
        try:
            enter()
        except PermissionError as error:
            problem = str(error)
    if problem is not None:
        print(f"skipped: {problem}", file=sys.stderr)
        sys.exit(SKIPPED)


def enter():
    """For this process and what it starts. Needs root; call it before there are
    threads."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_NETWORK) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), "a network of its own")
    with socket.socket() as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack_from("16sH", fcntl.ioctl(
            any_socket, GET_FLAGS, request))[1]
        fcntl.ioctl(any_socket, SET_FLAGS,
                    struct.pack("16sH14x", b"lo", flags | UP))
