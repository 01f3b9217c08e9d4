#!/usr/bin/env python3
"""Applies what Beehive delivers to this machine. Standard library only; Debian 12 and later.

beehive-apply prepare FILE            installs packages, so that a rollout later is short
beehive-apply apply --name NAME --address ADDRESS [--facts FILE] BUNDLE [SECRETS]
                                      validates, writes, activates and gates one tier's bundle
beehive-apply retire GROUP [NAME]     takes a tier's services out of service and away; data stays. With a name only where
                                      the tier was brought to a machine of this name: addresses are given out again

Running it twice is the same as running it once. A run that was cut off at any point is completed by the next one: what
is still to be activated stands in a journal, with the last good copy of every file, before the first file is replaced.
The last line says what happened; the exit status is 0 only when the gate passed.
"""

import base64
import errno
import fcntl
import fnmatch
import grp
import hashlib
import json
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import time

STATE = "/var/lib/beehive/rollout"
STAGE = "/run/beehive/stage"
LOCK = "/run/beehive/apply.lock"
# Beside the files of a release while it is exchanged with the one before.
PLACE = ".beehive"
POLICY = "/usr/sbin/policy-rc.d"
# Where clouds tell a machine about itself.
METADATA = "http://169.254.169.254"
# Accounts that decide what lies where this program works.
OWNERS = {0}
COMMAND_TIMEOUT = 120
# A start may copy a whole database from another node first.
START_TIMEOUT = 3600
LISTS_MAX_AGE = 24 * 3600

started = time.monotonic()
label = os.uname().nodename


class Refused(Exception):
    """Nothing was changed, or everything was put back."""


def say(text):
    # The operator's connection may be gone; the work is finished all the same.
    try:
        print(f"beehive {label}: {text}", flush=True)
    except OSError:
        pass


def run(command, timeout=COMMAND_TIMEOUT, env=None):
    """Exit status and everything printed. A missing program or a time-out is a failure like any other."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            env={**os.environ, **(env or {})},
            text=True,
            errors="replace",
        )
        return done.returncode, done.stdout.strip()
    except FileNotFoundError:
        return 127, f"{command[0]}: no such program"
    except subprocess.TimeoutExpired as slow:
        return 124, f"{slow.stdout or ''}\nno end after {timeout} s".strip()


def lock():
    os.makedirs(os.path.dirname(LOCK), exist_ok=True)
    handle = open(LOCK, "w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another rollout is at work on this machine, waiting")
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


# Packages


def installed():
    _, output = run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"])
    return {line.split()[0] for line in output.splitlines() if line.endswith(" installed")}


def newest_list():
    folder = "/var/lib/apt/lists"
    times = [entry.stat().st_mtime for entry in os.scandir(folder)] if os.path.isdir(folder) else []
    return max(times, default=0)


def install_packages(packages, quiet):
    """Installs what is missing and upgrades nothing. `quiet` units are neither started nor left enabled."""
    missing = sorted(set(packages) - installed())
    if missing:
        say(f"installing {', '.join(missing)}")
        if time.time() - newest_list() > LISTS_MAX_AGE:
            apt(["update"], [])
        try:
            apt(["install", *missing], quiet)
        except Refused:
            apt(["update"], [])
            apt(["install", *missing], quiet)
    return missing


def apt(arguments, quiet):
    command = ["apt-get", "-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    command += ["-o", "Dpkg::Options::=--force-confold", *arguments]
    with starts_denied(quiet):
        status, output = run(command, 1800, {"DEBIAN_FRONTEND": "noninteractive"})
    if status != 0:
        raise Refused(f"apt-get {arguments[0]} failed:\n{tail(output)}")


class starts_denied:
    """Debian's own way to say which services an installation may not start."""

    def __init__(self, units):
        self.patterns = "|".join(unit.removesuffix(".service") for unit in units)

    def __enter__(self):
        self.active = bool(self.patterns) and not os.path.lexists(POLICY)
        if self.active:
            with open(POLICY, "w") as script:
                script.write(f'#!/bin/sh\ncase "${{1%.service}}" in {self.patterns}) exit 101;; esac\nexit 0\n')
            os.chmod(POLICY, 0o755)

    def __exit__(self, *_):
        if self.active:
            os.unlink(POLICY)


def silence(patterns):
    """Stops and disables units that packages brought and that nobody asked for."""
    for pattern in patterns:
        _, output = run(["systemctl", "list-unit-files", "--no-legend", "--plain", pattern])
        for line in output.splitlines():
            unit, state = line.split()[:2]
            if state == "enabled":
                run(["systemctl", "disable", "--now", unit])


# Files


def fill(text, secrets):
    """Replaces placeholders (lib/software/placeholders.ts)."""

    def value(match):
        kind, _, name = match.group(1).partition(":")
        if kind == "secret":
            if name not in secrets:
                raise Refused(f"the secret {name} was not delivered")
            return str(secrets[name])
        if kind == "interface":
            return interface_of(name)
        if kind == "anchor":
            return anchor_address()
        if kind == "processors":
            return str(os.cpu_count() or 1)
        raise Refused(f"unknown placeholder {match.group(0)}; the program on this machine is older than the library")

    return re.sub(r"\{\{beehive:([^}]+)\}\}", value, text)


def with_facts(text, facts):
    """Fills in what Terraform learned when it applied, in a bundle that is not parsed yet."""

    def value(match):
        name = match.group(1)
        if name not in facts:
            raise Refused(f"the fact {name} was not delivered; run cdktf synth and deploy again")
        if facts[name] in (None, ""):
            raise Refused(f"the fact {name} has no value; Terraform knows none. Look at what should have it with terraform show")
        return json.dumps(str(facts[name]))[1:-1]

    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
    return re.sub(r"\{\{beehive:fact:([^{}]+)\}\}", value, text).replace("{{beehive:facts-digest}}", digest)


def interface_of(address):
    _, output = run(["ip", "-json", "address", "show"])
    for link in json.loads(output or "[]"):
        if any(entry.get("local") == address for entry in link.get("addr_info", [])):
            return link["ifname"]
    raise Refused(f"no network interface of this machine holds {address}; correct the host's privateAddress")


def anchor_address():
    import ipaddress
    import urllib.request

    url = f"{METADATA}/metadata/v1/interfaces/public/0/anchor_ipv4/address"
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
            text = answer.read(100).decode("ascii", "replace").strip()
        return str(ipaddress.IPv4Address(text))
    except (OSError, ValueError) as problem:
        raise Refused(f"the droplet's anchor address is not known: GET {url}: {problem}; a droplet made from a custom image has none")


class WantedFile:
    def __init__(self, spec, secrets):
        self.path = spec["path"]
        text = spec["content"]
        self.content = base64.b64decode(text) if spec.get("encoding") == "base64" else fill(text, secrets).encode()
        self.mode = int(spec.get("mode", "0644"), 8)
        self.owner = spec.get("owner", "root")
        self.group = spec.get("group", "root")
        self.validate = spec.get("validate")

    def differs(self):
        try:
            here = os.lstat(self.path)
            if not stat.S_ISREG(here.st_mode):
                return True
            with open(self.path, "rb") as current:
                if current.read() != self.content:
                    return True
            return (
                stat.S_IMODE(here.st_mode) != self.mode
                or here.st_uid != uid(self.owner)
                or here.st_gid != gid(self.group)
            )
        except (FileNotFoundError, NotADirectoryError):
            return True

    def write(self, path):
        """With its owner and mode, and on the disk when this ends. The folder is root's alone: nobody sees it half done."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "wb") as out:
            out.write(self.content)
            out.flush()
            os.fchown(out.fileno(), uid(self.owner), gid(self.group))
            os.fchmod(out.fileno(), self.mode)
            os.fsync(out.fileno())


def uid(name):
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise Refused(f"there is no account {name} on this machine")


def gid(name):
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise Refused(f"there is no group {name} on this machine")


def make_account(account):
    name = account["name"]
    try:
        pwd.getpwnam(name)
    except KeyError:
        home = account.get("home", "/nonexistent")
        status, output = run(
            ["useradd", "--system", "--user-group", "--home-dir", home, "--no-create-home", "--shell", "/usr/sbin/nologin", name]
        )
        if status != 0:
            raise Refused(f"useradd {name} failed: {tail(output)}")
    for group in account.get("groups", []):
        run(["usermod", "--append", "--groups", group, name])


def make_directory(directory):
    """Mode and owner are set on the folder that was opened, never on what a link leads to."""
    path = directory["path"]
    folder = open_folder(path)
    try:
        os.fchmod(folder, int(directory.get("mode", "0755"), 8))
        os.fchown(folder, uid(directory.get("owner", "root")), gid(directory.get("group", "root")))
    finally:
        os.close(folder)


def open_folder(path):
    """
    A descriptor of the folder, made with what is missing above it. Every step is refused that another account could have put
    there: what root gives away or writes must lie where only root decides what it is.
    """
    folder = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    here = "/"
    for name in [part for part in os.path.normpath(path).split("/") if part]:
        above, here = here, os.path.join(here, name)
        try:
            refuse_foreign(folder, above)
            try:
                os.mkdir(name, 0o755, dir_fd=folder)
            except FileExistsError:
                pass
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        except NotADirectoryError:
            raise Refused(f"{here} is no folder, but a file or a link; Beehive follows none. Move it away and deploy again")
        finally:
            os.close(folder)
        folder = below
    return folder


def refuse_foreign(folder, path):
    """A folder in which another account may replace what is in it. A sticky one, like /tmp, keeps what is root's."""
    here = os.fstat(folder)
    writable = here.st_mode & 0o022 and not here.st_mode & stat.S_ISVTX
    if here.st_uid not in OWNERS or writable:
        raise Refused(
            f"{path} belongs to {owner_name(here.st_uid)} (mode {stat.S_IMODE(here.st_mode):04o}), so that what lies in it may be "
            f"replaced by others than root. Give it back: chown root {path} && chmod go-w {path}"
        )


def owner_name(number):
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"the account {number}"


def validate(files):
    """Asks the daemons' own checkers about staged copies; nothing has been replaced yet."""
    folder = os.path.join(STAGE, str(os.getpid()))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    try:
        for number, wanted in enumerate(files):
            if not wanted.validate:
                continue
            staged = os.path.join(folder, f"{number}-{os.path.basename(wanted.path)[-200:]}")
            wanted.write(staged)
            status, output = run([word.replace("%s", staged) for word in wanted.validate])
            if status != 0:
                raise Refused(f"{wanted.validate[0]} refuses {wanted.path}:\n{tail(output.replace(staged, wanted.path))}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tail(text, lines=25):
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


# State


class Journal:
    """
    What a rollout has begun: where the last good files are kept, what has been made, and what is still to be activated.

    New files are written and old ones kept in a folder of root's beside them (`PLACE`), on the same filesystem: both ways, an
    exchange is a rename, which needs no room. A kept file is a link to the old one, so that it needs none either.
    """

    def __init__(self, group):
        self.folder = os.path.join(STATE, group)
        self.state_file = os.path.join(self.folder, "state.json")
        self.journal_file = os.path.join(self.folder, "journal.json")
        self.state = read_json(self.state_file, {"files": [], "services": []})
        self.pending = read_json(self.journal_file, None)
        # Of this run: where each new file lies, and folders that files take the place of.
        self.staged, self.ending = {}, []
        completed = self.state.get("completed")
        if self.pending is not None and completed is not None and self.pending.get("id") == completed:
            # Cut off after the end: all that is left to do is to clear away.
            self.forget()
        elif self.pending is None:
            clear(self.state.get("places", []))

    def begin(self, changed, removed, services):
        """
        Writes the new files and records the change, before it happens. Keeps what an interrupted run recorded: that was the
        last good state.
        """
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        paths = [wanted.path for wanted in changed] + removed
        # What an older version of this program has written lacks some of it.
        empty = {"id": os.urandom(8).hex(), "files": {}, "folders": [], "emptied": {}, "services": []}
        pending = {**empty, **(self.pending or {})}
        # A file is to take the place of a folder: nothing may be put into that.
        ending = self.ending = [wanted.path for wanted in changed if is_folder(wanted.path)]
        places = {path: place_of(path, ending) for path in dict.fromkeys([*pending["files"], *paths])}
        self.staged = {wanted.path: os.path.join(places[wanted.path], name_in_place(wanted.path, "new")) for wanted in changed}
        pending["places"] = sorted({*pending.get("places", []), *places.values()})
        # Named before they are made: what a cut leaves of them is found again.
        self.pending = pending
        write_json(self.journal_file, pending)
        for place in pending["places"]:
            make_place(place)
        for path, place in places.items():
            kept = pending["files"].get(path)
            # A kept file that is gone was put back by a run that was cut off at it.
            better = os.path.join(place, name_in_place(path, "old"))
            if path not in pending["files"] or (kept is not None and not os.path.lexists(kept)):
                pending["files"][path] = keep(path, better)
            elif kept is not None and is_below(kept, ending):
                pending["files"][path] = keep(kept, better)
            for folder in missing_folders(path):
                if folder not in pending["folders"]:
                    pending["folders"].append(folder)
        for wanted in changed:
            wanted.write(self.staged[wanted.path])
        for folder in ending:
            pending["emptied"][folder] = os.path.join(places[folder], name_in_place(folder, "folder"))
        for place in pending["places"]:
            sync_folder(place)
        pending["services"] = merged(pending["services"], services)
        write_json(self.journal_file, pending)

    def exchange(self, changed, removed):
        """Puts the new files in the place of the old ones. Nothing here needs room on a disk but new folders."""
        touched = set()
        for path in removed:
            if os.path.lexists(path) and not is_folder(path):
                os.unlink(path)
                touched.add(os.path.dirname(path))
        for folder in self.ending:
            refuse_content(folder)
            os.rename(folder, self.pending["emptied"][folder])
        for wanted in sorted(changed, key=lambda wanted: wanted.path):
            folder = open_folder(os.path.dirname(wanted.path))
            try:
                refuse_foreign(folder, os.path.dirname(wanted.path))
                os.rename(self.staged[wanted.path], os.path.basename(wanted.path), dst_dir_fd=folder)
            finally:
                os.close(folder)
            touched.add(os.path.dirname(wanted.path))
        for folder in touched:
            if os.path.isdir(folder):
                sync_folder(folder)

    def restore(self):
        files = self.pending["files"]
        for path, kept in files.items():
            if kept is None and os.path.lexists(path) and not is_folder(path):
                os.unlink(path)
        for folder in sorted(self.pending.get("folders", []), key=len, reverse=True):
            remove_empty(folder)
        for folder, kept in self.pending.get("emptied", {}).items():
            if is_folder(kept):
                os.rename(kept, folder)
        for path, kept in files.items():
            if kept is not None and os.path.lexists(kept):
                bring_back(kept, path)
        for folder in {os.path.dirname(path) for path in files}:
            if is_folder(folder):
                sync_folder(folder)

    def commit(self, state):
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        pending = self.pending or {}
        done = {"completed": pending.get("id"), "places": pending.get("places", [])}
        write_json(self.state_file, {**state, **done})
        self.forget()

    def forget(self):
        places = [] if self.pending is None else self.pending.get("places", [])
        if os.path.exists(self.journal_file):
            os.unlink(self.journal_file)
        self.pending = None
        clear(places)


def is_folder(path):
    return os.path.isdir(path) and not os.path.islink(path)


def place_of(path, ending):
    """In the nearest folder that is there and stays: it has the same filesystem as the file will have."""
    folder = os.path.dirname(path)
    while not is_folder(folder) or is_below(folder, ending):
        folder = os.path.dirname(folder)
    return os.path.join(folder, PLACE)


def is_below(path, folders):
    return any(f"{path}/".startswith(f"{folder}/") for folder in folders)


def name_in_place(path, what):
    return f"{hashlib.sha256(path.encode()).hexdigest()[:24]}.{what}"


def make_place(place):
    """No other account may look into it: what is secret lies there before it has its own mode."""
    folder = open_folder(place)
    try:
        refuse_foreign(folder, place)
        os.fchmod(folder, 0o700)
    finally:
        os.close(folder)


def clear(places):
    for place in places:
        shutil.rmtree(place, ignore_errors=True)


def keep(path, kept):
    """Keeps the file that is there. Returns where, or None when there is none."""
    if not os.path.lexists(path) or is_folder(path):
        return None
    if os.path.lexists(kept):
        os.unlink(kept)
    os.link(path, kept, follow_symlinks=False)
    return kept


def bring_back(kept, path):
    try:
        os.rename(kept, path)
    except OSError as problem:
        if problem.errno != errno.EXDEV:
            raise
        # Kept by an older version of this program, on another filesystem.
        here = os.stat(kept)
        with open(kept, "rb") as source:
            temporary = f"{path}.beehive-old"
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as out:
                shutil.copyfileobj(source, out)
                os.fchown(out.fileno(), here.st_uid, here.st_gid)
                os.fchmod(out.fileno(), stat.S_IMODE(here.st_mode))
            os.rename(temporary, path)


def missing_folders(path):
    """From the deepest one up."""
    folder = os.path.dirname(path)
    missing = []
    while not is_folder(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    return missing


def remove_empty(path):
    """A folder that was made for files that are gone again; with something else in it, it stays."""
    if is_folder(path):
        try:
            os.rmdir(path)
        except OSError:
            pass


def refuse_content(folder):
    """A folder that a file takes the place of."""
    for here, _, files in os.walk(folder):
        if files and os.path.basename(here) != PLACE:
            raise Refused(
                f"{folder} is a folder with files that Beehive did not bring ({os.path.join(here, files[0])}), and a file is to take "
                "its place. Move it away and deploy again"
            )


def sync_folder(path):
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def merged(services, more):
    known = {service["unit"] for service in more}
    return [service for service in services if service["unit"] not in known] + more


def read_json(path, default):
    try:
        with open(path) as source:
            return json.load(source)
    except FileNotFoundError:
        return default


def write_json(path, value):
    temporary = f"{path}.new"
    try:
        with open(temporary, "w") as out:
            out.write(json.dumps(value))
            out.flush()
            os.fsync(out.fileno())
        os.rename(temporary, path)
    except OSError:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise
    sync_folder(os.path.dirname(path))


# Services


def concerns(service, paths):
    return any(
        path == watched or (watched.endswith("/") and path.startswith(watched))
        for path in paths
        for watched in service["watches"]
    )


def is_active(unit):
    return run(["systemctl", "is-active", "--quiet", unit])[0] == 0


def activate(service, changed):
    """Starts, reloads or restarts a unit, or leaves it alone. Returns what was done."""
    unit = service["unit"]
    run(["systemctl", "enable", "--quiet", unit])
    active = is_active(unit)
    concerned = concerns(service, changed)
    if active and (not concerned or service["onChange"] == "none"):
        return None
    if active and service["onChange"] == "reload":
        must(["systemctl", "reload", unit], unit)
        return "reloaded"
    if active and service.get("beforeStop"):
        say(f"{unit}: {' '.join(service['beforeStop'])}")
        must(service["beforeStop"], unit, START_TIMEOUT)
    if active and service.get("startCommand"):
        must(["systemctl", "stop", unit], unit, START_TIMEOUT)
    run(["systemctl", "reset-failed", unit])
    say(f"{unit}: {'restarting' if active else 'starting'}")
    verb = "restart" if active else "start"
    must(service.get("startCommand") or ["systemctl", verb, unit], unit, START_TIMEOUT)
    if service.get("afterStart"):
        must(service["afterStart"], unit)
    return "restarted" if active else "started"


def must(command, unit, timeout=COMMAND_TIMEOUT):
    status, output = run(command, timeout)
    if status != 0:
        _, log = run(["journalctl", "--no-pager", "--quiet", "-o", "cat", "-n", "15", "-u", unit])
        raise Refused(f"{' '.join(command)} failed ({status}):\n{tail(output)}\n  last lines of {unit}:\n{tail(log)}")


def wait_for(probe):
    deadline = time.monotonic() + probe["timeoutSeconds"]
    while True:
        status, output = run(probe["command"], max(1, min(COMMAND_TIMEOUT, probe["timeoutSeconds"])))
        if status == 0:
            return
        if time.monotonic() >= deadline:
            raise Refused(f"{probe['description']}: not within {probe['timeoutSeconds']} s:\n{tail(output, 6)}")
        time.sleep(probe.get("intervalSeconds", 0.5))


# Commands


def prepare(path):
    wanted = read_json(path, None)
    new = install_packages(wanted["packages"], wanted["quiet"])
    silence(wanted["unused"])
    say(f"prepared, {len(new)} packages installed, {elapsed()}")


def apply(name, address, facts_path, bundle_path, secrets_path):
    global label
    label = name
    with open(bundle_path) as source:
        text = source.read()
    # Machines of a tier share one file; here it becomes this machine's.
    text = text.replace("{{beehive:self:name}}", name).replace("{{beehive:self:address}}", address)
    bundle = json.loads(with_facts(text, read_json(facts_path, {}) if facts_path else {}))
    secrets = read_json(secrets_path, {}) if secrets_path else {}
    label = f"{bundle['machine']} {bundle['tier']}"
    if bundle["version"] != 1:
        raise Refused(f"the bundle has version {bundle['version']}, this program knows version 1; deploy again")
    software = bundle["software"]
    services = [service for part in software for service in part["services"]]
    quiet = [unit for part in software for unit in part.get("unusedUnits", [])]
    install_packages([p for part in software for p in part["packages"]], quiet + [s["unit"] for s in services])
    silence(quiet)
    for part in software:
        for account in part.get("accounts", []):
            make_account(account)
        for directory in part.get("directories", []):
            make_directory(directory)

    journal = Journal(bundle["group"])
    files = [WantedFile(spec, secrets) for part in software for spec in part["files"]]
    changed = [wanted for wanted in files if wanted.differs()]
    kept = {wanted.path for wanted in files}
    # What a rollout that was cut off has brought belongs to neither release.
    brought = [] if journal.pending is None else journal.pending["files"]
    removed = [path for path in dict.fromkeys([*journal.state["files"], *brought]) if path not in kept]
    gone = [s for s in journal.state["services"] if s["unit"] not in {service["unit"] for service in services}]
    validate(changed)

    first = not journal.state["services"]
    touched = [wanted.path for wanted in changed] + removed
    interrupted = journal.pending is not None
    if interrupted:
        say("completing a rollout that was cut off")
    done = []
    fresh = set()
    try:
        if touched or gone:
            journal.begin(changed, removed, services)
        changed_paths = list(journal.pending["files"]) if journal.pending else []
        for service in reversed(gone):
            stop(service)
        journal.exchange(changed, removed)
        if changed_paths:
            for part in software:
                for check in part.get("checks", []):
                    status, output = run(check["command"])
                    if status != 0:
                        raise Refused(f"{check['description']}: no:\n{tail(output)}")
            run(["systemctl", "daemon-reload"])
        for part in software:
            for service in part["services"]:
                # A unit may be listed twice, once for what needs a restart and once for what a reload will do.
                action = None if service["unit"] in fresh else activate(service, changed_paths)
                if action:
                    done.append(f"{service['unit']} {action}")
                if action in ("started", "restarted"):
                    fresh.add(service["unit"])
            for probe in part["gate"]:
                wait_for(probe)
        journal.commit({"files": sorted(kept), "services": services, "tier": bundle["tier"], "machine": bundle["machine"]})
    except Exception as problem:
        # A full disk, a name that is too long, a defect of this program: whatever it is, the machine has one of two releases.
        try:
            outcome = put_back(journal, first, services)
        except Exception as trouble:
            outcome = f"The previous files are not all back ({reason(trouble)}). Mend that and deploy again: the next run begins with it."
        raise Refused(f"{reason(problem)}\n{outcome}") from problem
    what = [f"{len(touched)} file{'' if len(touched) == 1 else 's'} changed"] if touched else []
    say(f"ok: {', '.join(what + done) or 'nothing to change'}, gate passed, {elapsed()}")


def put_back(journal, first, services):
    """Restores the last good state. Returns what the operator should know."""
    if journal.pending is None:
        return "No file was changed."
    journal.restore()
    run(["systemctl", "daemon-reload"])
    if first:
        for service in reversed(services):
            stop(service)
        journal.forget()
        return "This was the first rollout here: its files are removed and its services stopped. Correct the program and deploy again."
    trouble = []
    paths = list(journal.pending["files"])
    for service in journal.state["services"]:
        try:
            activate(service, paths)
        except Refused as problem:
            trouble.append(str(problem))
    journal.forget()
    if trouble:
        return "The previous files are restored, but not every service came back:\n" + "\n".join(trouble)
    return "The previous configuration is restored and serving. Correct the program and deploy again."


def reason(problem):
    return str(problem) if isinstance(problem, Refused) else f"{type(problem).__name__}: {problem}"


def stop(service):
    unit = service["unit"]
    if service.get("beforeStop") and is_active(unit):
        run(service["beforeStop"], 20)
    run(["systemctl", "disable", "--now", "--quiet", unit], START_TIMEOUT)


def retire(group, name):
    journal = Journal(group)
    here = journal.state.get("machine", name)
    if name and here != name:
        say(f"{group} is here for {here}, not for {name}, nothing to retire")
        return
    if not journal.state["services"] and not journal.state["files"]:
        say(f"{group} is not here, nothing to retire")
        return
    for service in reversed(journal.state["services"]):
        say(f"{service['unit']}: stopping")
        stop(service)
    for path in journal.state["files"]:
        if os.path.lexists(path):
            os.unlink(path)
    run(["systemctl", "daemon-reload"])
    journal.forget()
    shutil.rmtree(journal.folder, ignore_errors=True)
    say(f"ok: {group} is retired, its data is untouched, {elapsed()}")


def elapsed():
    return f"{time.monotonic() - started:.1f} s"


def apply_arguments(rest):
    """Name, address, facts, bundle and secrets; nothing when they are not what the usage says."""
    options = {}
    while len(rest) > 1 and rest[0] in ("--name", "--address", "--facts") and rest[0] not in options:
        options[rest[0]] = rest[1]
        rest = rest[2:]
    if not {"--name", "--address"} <= options.keys() or len(rest) not in (1, 2) or rest[0].startswith("--"):
        return None
    return options["--name"], options["--address"], options.get("--facts"), rest[0], rest[1] if len(rest) == 2 else None


def main(arguments):
    # A lost connection must not leave a machine between two configurations.
    for lost in (signal.SIGHUP, signal.SIGPIPE):
        signal.signal(lost, signal.SIG_IGN)
    os.umask(0o022)
    if os.geteuid() != 0:
        say("must run as root; give the SSH user passwordless sudo")
        return 1
    command, *rest = arguments or [""]
    held = lock()
    try:
        if command == "prepare" and len(rest) == 1:
            prepare(rest[0])
        elif command == "apply" and (wanted := apply_arguments(rest)):
            apply(*wanted)
        elif command == "retire" and len(rest) in (1, 2):
            retire(rest[0], rest[1] if len(rest) == 2 else "")
        else:
            print(__doc__)
            return 3
        return 0
    except Refused as problem:
        say(f"REFUSED: {problem}")
        return 1
    except OSError as problem:
        # Before the first file was replaced: what comes later is put back in `apply`.
        say(f"REFUSED: {reason(problem)}\nNo file was changed.")
        return 1
    finally:
        held.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
