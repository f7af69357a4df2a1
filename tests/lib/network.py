"""A network of its own for a test, where the loopback has whatever IPv6 addresses it needs: each is a real one to whoever is connected to."""
import contextlib
import ctypes
import fcntl
import os
import socket
import struct

CLONE_NEWNET, SIOCSIFFLAGS, SIOCSIFADDR, IFF_UP = 0x40000000, 0x8914, 0x8916, 1
libc = ctypes.CDLL(None, use_errno=True)


def enter(fn, *args):
    if fn(*args) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def bring_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))


def add_address(address):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, SIOCSIFADDR, struct.pack("16sIi", socket.inet_pton(socket.AF_INET6, address), 128, socket.if_nametoindex("lo")))


@contextlib.contextmanager
def network_with(addresses):
    """This thread, and what it starts, is in there. OSError: that is not allowed here."""
    before = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        enter(libc.unshare, CLONE_NEWNET)
        try:
            bring_up()
            for address in addresses:
                add_address(address)
            yield
        finally:
            enter(libc.setns, before, CLONE_NEWNET)
    finally:
        os.close(before)
