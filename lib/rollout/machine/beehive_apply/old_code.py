"""Which units run code that an upgrade has replaced."""

import glob
import os
import re

from . import system

CODE = ("/usr/", "/lib", "/bin/", "/sbin/", "/opt/")
# They read their libraries as they need them: nothing shows which.
INTERPRETERS = ("python", "php", "perl", "ruby", "node")


def runs_old_code(unit, files):
    """`files`: what upgraded packages brought."""
    return any(is_old(pid, files) for pid in pids_of(unit))


def pids_of(unit):
    _, group = system.run(["systemctl", "show", "--property=ControlGroup", "--value", unit])
    if not group.startswith("/"):
        return []
    mounts = [mount for mount in ("/sys/fs/cgroup", "/sys/fs/cgroup/systemd") if os.path.isdir(mount + group)]
    found = (path for mount in mounts for path in glob.glob(f"{glob.escape(mount + group)}/**/cgroup.procs", recursive=True))
    return sorted({int(pid) for path in found for pid in read(path).split()})


def is_old(pid, files):
    if any(is_replaced(line) for line in read(f"/proc/{pid}/maps").splitlines()):
        return True
    try:
        program = os.path.basename(os.readlink(f"/proc/{pid}/exe"))
    except OSError:
        return False
    kind = next((kind for kind in INTERPRETERS if program.startswith(kind)), None)
    return kind is not None and any(re.search(rf"/{kind}[0-9.]*(js|_modules)?/", path) for path in files)


def is_replaced(line):
    """A line of /proc/PID/maps: the sixth field is the path."""
    path = line.split(maxsplit=5)[5:]
    return bool(path) and path[0].endswith(" (deleted)") and path[0].startswith(CODE)


def files_of(packages):
    if not packages:
        return []
    _, output = system.run(["dpkg-query", "-L", *packages])
    return output.splitlines()


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as source:
            return source.read()
    except OSError:
        return ""
