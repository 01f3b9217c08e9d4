"""
Upgrades this machine: out of service, packages, restarts or a reboot, and back in service.

What was begun stands in a record before the first service leaves, so that the next run ends what was cut off.
"""

import os
import time

from . import journal, old_code, report, services, system, upgrades
from .records import read_json, write_json
from .report import Refused

LEAVE_TIMEOUT = 300
BOOT_TIMEOUT = 300
REBOOT_SECONDS = 1


def record_file():
    return os.path.join(os.path.dirname(journal.STATE), "upgrade.json")


def begun():
    return read_json(record_file(), None)


def survey(foreign=False, packages=()):
    """What is to be done here. Changes nothing but apt's lists."""
    upgrades.refresh()
    wanted, others, _ = upgrades.plan(foreign)
    return {
        "debian": debian(),
        "upgrades": wanted,
        "foreign": others,
        "keptBack": upgrades.kept_back([one["name"] for one in others]),
        "reboot": upgrades.reboot_reasons(),
        "oldCode": [unit for unit in (service["unit"] for service in in_order([])) if old_code.runs_old_code(unit, [])],
        "unattended": upgrades.is_unattended(),
        "unfinished": begun() is not None or upgrades.is_unfinished(),
        "versions": {name: version for name in packages if (version := upgrades.installed_version(name))},
    }


def upgrade(tiers, reboot=False, foreign=False):
    """`tiers`: their paths, those that visitors meet first. Returns what was done."""
    wanted, _, options = upgrades.plan(foreign)
    managed = in_order(tiers)
    names = [one["name"] for one in wanted]
    os.makedirs(os.path.dirname(record_file()), mode=0o755, exist_ok=True)
    packages = sorted({*names, *(begun() or {"packages": []})["packages"]})
    write_json(record_file(), {"begun": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), "packages": packages})
    try:
        leave(managed)
        report.say(f"upgrading {len(wanted)} packages" if wanted else "nothing to upgrade")
        upgrades.install(options)
    except Refused as problem:
        trouble = come_back(managed, packages)[1]
        end = "The machine serves with the packages that it has." if not trouble else "\n".join(trouble)
        raise Refused(f"{problem}\n{end}\nMend it by hand on the machine, and run the command again") from problem
    reasons = upgrades.reboot_reasons()
    if reboot and reasons:
        report.say(f"rebooting: {', '.join(reasons)}")
        system.run(["systemd-run", "--quiet", f"--on-active={REBOOT_SECONDS}s", "systemctl", "reboot"])
        return {"upgraded": names, "restarted": [], "rebooting": True, "reboot": []}
    return {"upgraded": names, "restarted": finish(tiers), "rebooting": False, "reboot": reasons}


def finish(tiers):
    """Everything runs, and in service, as before. Returns what was restarted or started."""
    # After a reboot, systemd is still at it.
    system.run(["systemctl", "is-system-running", "--wait"], BOOT_TIMEOUT)
    done, trouble = come_back(in_order(tiers), (begun() or {"packages": []})["packages"])
    if trouble:
        raise Refused("\n".join(trouble))
    if os.path.exists(record_file()):
        os.unlink(record_file())
    return done


def in_order(tiers):
    """The services of all tiers here, each unit once, those first that visitors meet first."""
    states = []
    for group in sorted(os.listdir(journal.STATE)) if os.path.isdir(journal.STATE) else []:
        states.append(read_json(os.path.join(journal.STATE, group, "state.json"), {}))
    place = {tier: number for number, tier in enumerate(tiers)}
    states.sort(key=lambda state: place.get(state.get("tier"), len(place)))
    units = {}
    for state in states:
        # In a tier, what comes last needs what comes first.
        for service in reversed(state.get("services", [])):
            # A unit may be listed twice; its first entry has what a restart needs.
            units[service["unit"]] = service
    return list(units.values())


def way_out(service):
    return service.get("beforeUpgrade") or service.get("beforeStop")


def leave(managed):
    for service in managed:
        command = way_out(service)
        if command and services.is_active(service["unit"]):
            report.say(f"{service['unit']}: {' '.join(command)}")
            services.must(command, service["unit"], LEAVE_TIMEOUT)


def come_back(managed, upgraded):
    """What was done, and what does not run, in words."""
    files = old_code.files_of(upgraded)
    done, trouble = [], []
    for service in reversed(managed):
        unit = service["unit"]
        try:
            if not services.is_active(unit) or old_code.runs_old_code(unit, files):
                # As a rollout would that changes a file of it.
                services.activate({**service, "onChange": "restart", "watches": ["/"]}, ["/"])
                done.append(unit)
            elif way_out(service) and service.get("afterStart"):
                services.must(service["afterStart"], unit)
        except Refused as problem:
            trouble.append(str(problem))
    return done, trouble


def debian():
    says = {}
    with open("/etc/os-release", encoding="utf-8") as source:
        for line in source:
            key, _, value = line.strip().partition("=")
            says[key] = value.strip('"')
    return says.get("VERSION_ID", "") if says.get("ID") == "debian" else says.get("PRETTY_NAME", "")

