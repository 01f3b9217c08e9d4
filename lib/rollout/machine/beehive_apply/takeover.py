"""Units of the owner's that make room for tiers: what they were before, and their way back."""

import fnmatch
import os

from . import journal, report, system
from .records import read_json, write_json
from .units import state_of

STOP_TIMEOUT = 300
# In the way of every tier.
FIREWALLS = ("ufw.service", "firewalld.service", "nftables.service")


def record_file():
    return os.path.join(os.path.dirname(journal.STATE), "taken.json")


def taken():
    return read_json(record_file(), {})


def take(group, units, patterns):
    """
    Stops and disables units, after it is on the disk what they were. What others have taken, and this group needs as well, comes
    back when both are gone. Returns all that the group has taken.
    """
    record = taken()
    for name in units:
        here = state_of(name)
        # The rules of a firewall may be there without its unit.
        record.setdefault(name, {"active": here["active"] or name in FIREWALLS, "enabled": here["enabled"], "by": []})
    for name, entry in record.items():
        if name in units or name in FIREWALLS or any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
            entry["by"] = sorted({*entry["by"], group})
    save(record)
    for name in units:
        report.say(f"{name}: stopping, as the program allows; it comes back when the last tier that needs its place leaves")
        if name in FIREWALLS:
            # What does not run cannot be stopped, and it is the stop that takes its rules away.
            system.run(["systemctl", "start", name], STOP_TIMEOUT)
        system.run(["systemctl", "disable", "--now", "--quiet", name], STOP_TIMEOUT)
    return sorted(name for name, entry in record.items() if group in entry["by"])


def give_back(group, but=()):
    """Puts back what no other group needs. Returns what did not come back, in words."""
    record, trouble = taken(), []
    for name, entry in list(record.items()):
        if group not in entry["by"] or name in but:
            continue
        entry["by"].remove(group)
        if entry["by"]:
            continue
        if entry["enabled"]:
            system.run(["systemctl", "enable", "--quiet", name])
        if entry["active"]:
            system.run(["systemctl", "reset-failed", name])
            status, output = system.run(["systemctl", "start", name], STOP_TIMEOUT)
            if status != 0:
                trouble.append(f"{name} was running before Beehive came and does not start: {output}")
        report.say(f"{name}: as it was before")
        del record[name]
    save(record)
    return trouble


def save(record):
    if record or os.path.exists(record_file()):
        os.makedirs(os.path.dirname(record_file()), mode=0o755, exist_ok=True)
        write_json(record_file(), record)
