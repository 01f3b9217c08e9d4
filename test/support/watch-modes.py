"""
Watches where a deploy writes, and prints each file that another account could change, or in which it could read a secret.

watch-modes.py SECRETS: a file with one secret a line. One line for each finding, `ready` before the first.
"""

import ctypes
import os
import stat
import struct
import sys

ROOTS = ["/etc", "/home", "/root", "/run", "/srv", "/tmp", "/usr/local", "/var/lib", "/var/log", "/var/tmp"]
# Mounts of the kernel and of systemd, and packages' lists: many folders, and nothing of a deploy.
NOT = ("/run/systemd", "/run/udev", "/var/lib/apt", "/var/lib/dpkg", "/etc/ssl", "/var/lib/beehive-watch")
CREATE, ATTRIB, CLOSED, MOVED_TO, IS_FOLDER = 0x100, 0x4, 0x8, 0x80, 0x40000000
EVENTS = CREATE | ATTRIB | CLOSED | MOVED_TO

secrets = [line.encode() for line in open(sys.argv[1]).read().split()]
libc = ctypes.CDLL(None, use_errno=True)
notify = libc.inotify_init1(0)
watched = {}
said = set()


def add(folder):
    if folder.startswith(NOT) or os.path.islink(folder):
        return
    number = libc.inotify_add_watch(notify, folder.encode(), EVENTS)
    if number < 0:
        return
    watched[number] = folder
    # What came before the watch did.
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            add(path)
        else:
            look(path)


def look(path):
    try:
        here = os.lstat(path)
        if not stat.S_ISREG(here.st_mode) or not reachable(path):
            return
        mode = stat.S_IMODE(here.st_mode)
        if mode & 0o002:
            tell(f"writable {mode:04o} {path}")
        if mode & 0o004 and here.st_size < 4 * 2**20:
            with open(path, "rb") as file:
                content = file.read()
            if any(secret in content for secret in secrets):
                tell(f"secret {mode:04o} {path}")
    except OSError:
        pass


def reachable(path):
    """Whether any account may go through all folders above it."""
    folder = os.path.dirname(path)
    while True:
        if not os.stat(folder).st_mode & 0o001:
            return False
        if folder == "/":
            return True
        folder = os.path.dirname(folder)


def tell(text):
    if text not in said:
        said.add(text)
        print(text, flush=True)


for root in ROOTS:
    add(root)
print("ready", flush=True)
while True:
    events = os.read(notify, 65536)
    at = 0
    while at < len(events):
        number, mask, _, length = struct.unpack_from("iIII", events, at)
        name = events[at + 16 : at + 16 + length].rstrip(b"\0").decode(errors="surrogateescape")
        at += 16 + length
        path = os.path.join(watched.get(number, "/"), name)
        if mask & IS_FOLDER:
            if mask & (CREATE | MOVED_TO):
                add(path)
        elif name:
            look(path)
