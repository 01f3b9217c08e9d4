"""One run at a time on a machine, and who is at work.

The tiers of one machine are rolled out side by side by one terraform apply, so that a run for another tier waits. A second run for
the same tier is another deploy, from another laptop: it is refused, because each would say "ok" for what the other brought. A run
whose connection was lost goes on without anybody: it is waited for, so that whoever it was can deploy again at once.
"""

import datetime
import fcntl
import json
import os
import time

from . import report
from .report import Refused

LOCK = "/run/beehive/apply.lock"
LOOK_SECONDS = 0.5
TELL_SECONDS = 60
# What a remote script runs in, between the SSH server and this program.
SHELLS = {"sh", "bash", "dash", "zsh", "ksh", "fish", "tcsh", "csh", "sudo", "su", "doas", "env"}


def take(what, tier, who):
    """
    Waits for the turn, or refuses. Whoever is given the handle holds it until it is closed.

    what: the group of the tier; `packages` for the preparation, which comes before all tiers in a deploy; nothing for a run that
    can be of any deploy, and that waits for all others.
    """
    handle = opened()
    told = None
    while not locked(handle):
        holder = read(handle)
        if holder and is_rival(what, holder["what"]) and is_attended(holder["pid"]):
            handle.close()
            raise Refused(
                f"{name(holder)} is at work here, {since(holder)}; each of the two would report what the other one brought. Wait until "
                f"that run has ended, look at what it brought (cdktf diff), and deploy again. Beehive's guide on the state says how "
                f"two deploys are kept apart before they begin"
            )
        if told is None or time.monotonic() - told > TELL_SECONDS:
            told = time.monotonic()
            report.say(f"waiting for {name(holder)}, {since(holder)}" if holder else "another rollout is at work on this machine, waiting")
        time.sleep(LOOK_SECONDS)
    write(handle, {"pid": os.getpid(), "what": what, "tier": tier, "who": who, "since": time.time()})
    return handle


def opened():
    os.makedirs(os.path.dirname(LOCK), exist_ok=True)
    return os.fdopen(os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "r+", encoding="utf-8")


def locked(handle):
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def is_rival(mine, theirs):
    """In one deploy the preparation of a machine is done before its first tier begins, and each tier comes once."""
    return bool(mine) and bool(theirs) and (mine == theirs or "packages" in (mine, theirs))


def read(handle):
    try:
        handle.seek(0)
        holder = json.loads(handle.read() or "null")
        return holder if isinstance(holder, dict) and {"pid", "what", "tier", "who", "since"} <= holder.keys() else None
    except ValueError:
        # Half written: by the next look it is whole.
        return None


def write(handle, holder):
    handle.seek(0)
    handle.truncate()
    handle.write(json.dumps(holder))
    handle.flush()


def name(holder):
    who = holder["who"] or "somebody"
    return f"{who} ({holder['tier']})" if holder["tier"] else who


def since(holder):
    begun = datetime.datetime.fromtimestamp(holder["since"], datetime.timezone.utc)
    return f"since {begun:%H:%M:%S} UTC ({max(0, time.time() - holder['since']):.0f} s)"


def is_attended(pid):
    """Whether a client still listens: what started the program is still there, and is not process 1."""
    for _ in range(20):
        parent = parent_of(pid)
        if parent is None:
            return False
        number, command = parent
        if number <= 1:
            return False
        if command not in SHELLS:
            return True
        pid = number
    return True


def parent_of(pid):
    """Its number and the name of its program; none when the process has ended."""
    try:
        number = int(stat_of(pid)[1])
        return (number, stat_of(number)[2]) if number > 0 else (0, "")
    except (OSError, ValueError, IndexError):
        return None


def stat_of(pid):
    """State, parent and name. The name stands in brackets and may hold anything."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as source:
        text = source.read()
    state, parent = text[text.rindex(")") + 2 :].split()[:2]
    return state, parent, text[text.index("(") + 1 : text.rindex(")")]


def client(by, connection):
    """`alice from 198.51.100.7`: the account that runs Terraform, and where its connection comes from."""
    address = connection.split(" ")[0] if connection else ""
    words = [by or os.environ.get("SUDO_USER", "")] + ([f"from {address}"] if address else [])
    return " ".join(word for word in words if word)
