"""
Cuts a rollout off at every call that changes the machine, and fills the disk at every call that needs room; then deploys again.

beehive-apply-faults.py MODULES ROOT: prints one line of JSON with what was tried and what went wrong. The program runs in forks of this
process, with the machine's folders in ROOT and a `systemctl` that says yes.
"""

import errno
import grp
import json
import os
import pwd
import random
import shutil
import sys

modules, root = sys.argv[1:]
sys.path.insert(0, modules)
from beehive_apply import cli, files, folders, journal, report, system, turns  # noqa: E402

MACHINE = os.path.join(root, "machine")
journal.STATE, files.STAGE, turns.LOCK = (os.path.join(root, name) for name in ("state", "stage", "lock"))
folders.OWNERS = {0, os.getuid()}
report.say = lambda text: None


def run(command, timeout=0, env=None):
    """Services are not what is tried here: nothing is active, and every start works."""
    return (1 if command[1] == "is-active" else 0), ""


system.run = run
os.geteuid = lambda: 0

PAIRS = 150
CHANGING = ["open", "mkdir", "rename", "link", "unlink", "rmdir", "chmod", "chown", "fchmod", "fchown", "fsync"]
NEED_ROOM = {"open", "mkdir", "link", "write"}
real = {name: getattr(os, name) for name in CHANGING}
real_fdopen = os.fdopen


class Full:
    """A file whose writes count as calls, too."""

    def __init__(self, file, count):
        self.file, self.count = file, count

    def write(self, content):
        self.count("write")
        return self.file.write(content)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def __getattr__(self, name):
        return getattr(self.file, name)


def with_fault(at, kind, work):
    """
    Runs the work with a fault at that call. Kinds: `cut`, the process is gone before it; `full`, it fails for want of room, and so
    does all that follows and needs room.

    Returns how many calls there were.
    """
    calls = 0

    def count(name):
        nonlocal calls
        calls += 1
        if calls == at and kind == "cut":
            os._exit(137)
        if calls >= at > 0 and kind == "full" and name in NEED_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def wrap(name):
        def call(*args, **options):
            if name == "open" and not (args[1] & os.O_CREAT):
                return real[name](*args, **options)
            count(name)
            return real[name](*args, **options)

        return call

    for name in CHANGING:
        setattr(os, name, wrap(name))
    os.fdopen = lambda *args, **options: Full(real_fdopen(*args, **options), count)
    status = work()
    return calls, status


def fork(work):
    """Exit status and calls of the work in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        status = 99
        try:
            calls, status = work()
            os.write(writer, str(calls).encode())
        finally:
            os._exit(status)
    os.close(writer)
    with real_fdopen(reader) as answer:
        calls = answer.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), int(calls or 0)


def bundle(name, content_of):
    user, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    wanted = [
        {"path": os.path.join(MACHINE, path), "content": content, "mode": mode, "owner": user, "group": group}
        for path, (content, mode) in content_of.items()
    ]
    service = {"unit": "app.service", "onChange": "restart", "watches": [file["path"] for file in wanted]}
    software = [{"name": "app", "packages": [], "files": wanted, "services": [service], "gate": [], "ports": []}]
    file = os.path.join(root, f"{name}.json")
    with open(file, "w") as out:
        json.dump({"version": 1, "group": "shop-web", "tier": "shop/web", "machine": "web-a", "software": software, "secrets": []}, out)
    return file


def snapshot():
    """Content and mode of every file, and every folder with something in it: empty folders may stay."""
    found = {}
    for folder, folders, files in os.walk(MACHINE):
        for file in files:
            path = os.path.join(folder, file)
            with open(path) as source:
                found[os.path.relpath(path, MACHINE)] = (source.read(), f"{os.stat(path).st_mode & 0o7777:04o}")
        if journal.PLACE in folders:
            found[os.path.join(folder, journal.PLACE)] = ("is left", "")
    return found


OLD = {
    "etc/app.conf": ("old settings", "0644"),
    "etc/secret": ("old secret", "0600"),
    "etc/gone.conf": ("only old", "0644"),
    "srv/page": ("a file that becomes a folder", "0644"),
    "srv/lib/one": ("a folder that becomes a file", "0644"),
    "srv/lib/below/two": ("the same", "0644"),
    "srv/same": ("unchanged", "0644"),
}
NEW = {
    "etc/app.conf": ("new settings", "0644"),
    "etc/secret": ("new secret", "0600"),
    "etc/new.d/deep/er.conf": ("only new", "0640"),
    "etc/new.d/deep/other.conf": ("only new, too", "0644"),
    "srv/page/index": ("a file that becomes a folder", "0644"),
    "srv/page/more": ("the same", "0644"),
    "srv/lib": ("a folder that becomes a file", "0644"),
    "srv/same": ("unchanged", "0644"),
}
old, new = bundle("old", OLD), bundle("new", NEW)


def deploy(file):
    return cli.main(["apply", "--name", "web-a", "--address", "10.64.0.11", file])


def begin(release):
    """A machine with that release on it, or an empty one."""
    for folder in (MACHINE, journal.STATE, files.STAGE):
        shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(MACHINE)
    if release is not None:
        status, _ = fork(lambda: (0, deploy(release)))
        assert status == 0, status


tried = {"cut": 0, "full": 0, "cut twice": 0}
wrong = []


def attempt(first, then, release, previous, kind, at):
    """One fault, and what must be true after it and after the next deploy."""
    begin(first)
    status, _ = fork(lambda: with_fault(at, kind, lambda: deploy(then)))
    tried[kind] += 1
    what = f"{kind} call {at} of {os.path.basename(then)}"
    if kind == "full":
        here = snapshot()
        whole = here == (release if status == 0 else previous)
        if not whole:
            wrong.append(f"{what}: exit {status}, and the machine has {describe(here, previous)}")
    for last, expected in ((then, release), (first, previous)) if first else ((then, release),):
        keep = os.path.join(root, "kept")
        shutil.rmtree(keep, ignore_errors=True)
        os.makedirs(keep)
        for folder in (MACHINE, journal.STATE):
            if os.path.exists(folder):
                shutil.copytree(folder, os.path.join(keep, os.path.basename(folder)), symlinks=True)
        status, _ = fork(lambda: (0, deploy(last)))
        here = snapshot()
        if status != 0 or here != expected or os.path.exists(os.path.join(journal.STATE, "shop-web", "journal.json")):
            wrong.append(f"{what}, then {os.path.basename(last)}: exit {status}, {describe(here, expected)}")
        for folder in (MACHINE, journal.STATE):
            shutil.rmtree(folder, ignore_errors=True)
            if os.path.exists(os.path.join(keep, os.path.basename(folder))):
                shutil.copytree(os.path.join(keep, os.path.basename(folder)), folder, symlinks=True)


def describe(here, expected):
    return {path: [here.get(path), expected.get(path)] for path in {*here, *expected} if here.get(path) != expected.get(path)}


for first, then, release, previous in ((old, new, NEW, OLD), (new, old, OLD, NEW), (None, new, NEW, {})):
    begin(first)
    status, calls = fork(lambda: with_fault(0, "none", lambda: deploy(then)))
    assert status == 0 and snapshot() == release, (status, describe(snapshot(), release))
    for kind in ("cut", "full"):
        for at in range(1, calls + 1):
            attempt(first, then, release, previous, kind, at)

# The deploy that mends is cut off, too.
chance = random.Random(7)
for _ in range(PAIRS):
    begin(old)
    ends = [(chance.choice((old, new)), chance.randrange(1, 140)) for _ in range(2)]
    for file, at in ends:
        fork(lambda: with_fault(at, "cut", lambda: deploy(file)))
    last, expected = chance.choice(((old, OLD), (new, NEW)))
    status, _ = fork(lambda: (0, deploy(last)))
    tried["cut twice"] += 1
    if status != 0 or snapshot() != expected:
        wrong.append(f"{ends}, then {last}: exit {status}, {describe(snapshot(), expected)}")

print(json.dumps({"tried": tried, "wrong": wrong}))
