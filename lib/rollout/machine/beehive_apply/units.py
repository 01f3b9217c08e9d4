"""systemd units as they are: running, enabled, and by which names."""

from . import system

ENABLED = {"enabled", "enabled-runtime", "generated"}


def matching(patterns):
    """Names of the units that fit names or globs, running or not, each once and by its own name."""
    if not patterns:
        return []
    _, files = system.run(["systemctl", "list-unit-files", "--no-legend", "--plain", *patterns])
    _, loaded = system.run(["systemctl", "list-units", "--all", "--no-legend", "--plain", *patterns])
    names = [line.split()[0] for line in [*files.splitlines(), *loaded.splitlines()] if line.strip()]
    found = (state_of(name) for name in dict.fromkeys(names))
    return sorted({unit["name"]: unit for unit in found if unit["here"]}.values(), key=lambda unit: unit["name"])


def state_of(name):
    _, output = system.run(["systemctl", "show", "--property=Id,LoadState,ActiveState,UnitFileState,Description", name])
    says = dict(line.split("=", 1) for line in output.splitlines() if "=" in line)
    return {
        "name": says.get("Id", name),
        "here": says.get("LoadState") in ("loaded", "masked"),
        "active": says.get("ActiveState") in ("active", "activating", "reloading"),
        "enabled": says.get("UnitFileState") in ENABLED,
        "description": says.get("Description", ""),
    }


def in_words(unit):
    return " and ".join(word for word, holds in (("runs", unit["active"]), ("is enabled", unit["enabled"])) if holds)
