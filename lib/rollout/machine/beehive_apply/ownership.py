"""What on this machine is Beehive's, and what is its owner's."""

import os

from . import journal
from .records import read_json, write_json

PROGRAM = "/usr/local/lib/beehive/beehive-apply"
PREFIX = "beehive-"


def record_file():
    """Of this machine, whatever tiers come and go: what the hives' programs say of it, and units that installations have brought."""
    return os.path.join(os.path.dirname(journal.STATE), "machine.json")


def record():
    return {"hosts": {}, "brought": [], "before": None, **read_json(record_file(), {})}


def is_brought(unit):
    """Whether an installation of Beehive's brought it, one that was cut off included."""
    here = record()
    if here["before"] is not None:
        return unit not in here["before"]
    # An older version of this program has not recorded what it brought.
    return unit in here["brought"] or (os.path.exists(PROGRAM) and not os.path.exists(record_file()))


def is_unsure():
    """Whether an installation was cut off, or made by an older version of this program."""
    return not os.path.exists(record_file()) or record()["before"] is not None


def save(changes):
    os.makedirs(os.path.dirname(record_file()), mode=0o755, exist_ok=True)
    write_json(record_file(), {**record(), **changes})


def groups():
    """What each group has on this machine, or has begun to have."""
    found = {}
    for name in sorted(os.listdir(journal.STATE)) if os.path.isdir(journal.STATE) else []:
        folder = os.path.join(journal.STATE, name)
        state = read_json(os.path.join(folder, "state.json"), None)
        pending = read_json(os.path.join(folder, "journal.json"), None)
        if state is None and pending is None:
            continue
        services = [service["unit"] for part in (state, pending) if part for service in part.get("services", [])]
        state = state or {"services": [], "ports": []}
        found[name] = {"units": services, "tier": state.get("tier", ""), "ports": state.get("ports")}
    return found


def own_units():
    return {unit for group in groups().values() for unit in group["units"]}


def is_own(unit, own):
    return unit.startswith(PREFIX) or unit in own


def is_of(hive, tier):
    """States of older versions hold no tier: they are taken for this hive's."""
    return tier == "" or tier == hive or tier.startswith(f"{hive}/")


def host_of(tier):
    """What the program says of this machine, as it was prepared. None where Terraform has made it: nobody else owns it."""
    return next((host for hive, host in record()["hosts"].items() if is_of(hive, tier)), None)
