"""Debian packages, and the services that they start by themselves."""

import os
import re
import time

from . import ownership, report, system
from .report import Refused, tail
from .units import matching

POLICY = "/usr/sbin/policy-rc.d"
LISTS_MAX_AGE = 24 * 3600


def installed():
    _, output = system.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"])
    return {line.split()[0] for line in output.splitlines() if line.endswith(" installed")}


def newest_list():
    folder = "/var/lib/apt/lists"
    times = [entry.stat().st_mtime for entry in os.scandir(folder)] if os.path.isdir(folder) else []
    return max(times, default=0)


def install_packages(packages, quiet):
    """
    Installs what is missing and upgrades nothing. `quiet` units are not started, and those that were not there before are
    recorded as Beehive's.
    """
    missing = sorted(set(packages) - installed())
    if missing:
        report.say(f"installing {', '.join(missing)}")
        # Of an installation that was cut off, or of an older version that recorded nothing.
        ours = [unit["name"] for unit in matching(quiet) if not unit["active"] and ownership.is_brought(unit["name"])]
        before = [unit["name"] for unit in matching(quiet) if unit["name"] not in ours]
        ownership.save({"before": before})
        if time.time() - newest_list() > LISTS_MAX_AGE:
            update()
        try:
            apt(["install", *missing], quiet)
        except Refused:
            update()
            apt(["install", *missing], quiet)
        remember(quiet, before)
    elif ownership.is_unsure():
        remember(quiet, [unit["name"] for unit in matching(quiet) if unit["active"] or not ownership.is_brought(unit["name"])])
    return missing


def remember(quiet, before):
    brought = {unit["name"] for unit in matching(quiet)} - set(before)
    ownership.save({"brought": sorted(brought.union(ownership.record()["brought"])), "before": None})


def update():
    """A source that fails is not yet a reason: only a package that cannot be had is one."""
    try:
        apt(["update"], [])
    except Refused as problem:
        failed = re.findall(r"Failed to fetch (\S+)\s+(.*)", str(problem))
        what = "\n".join(f"    {source}: {why.strip()}" for source, why in dict.fromkeys(failed)) or problem
        report.say(f"warning: package sources do not answer as they should, going on with the lists that are there:\n{what}")


def apt(arguments, quiet):
    command = ["apt-get", "-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    command += ["-o", "Dpkg::Options::=--force-confold", *arguments]
    with starts_denied(quiet):
        status, output = system.run(command, 1800, {"DEBIAN_FRONTEND": "noninteractive"})
    if status != 0:
        raise Refused(f"apt-get {arguments[0]} failed:\n{tail(output)}")


class starts_denied:
    """Debian's own way to say which services an installation may not start."""

    def __init__(self, units):
        self.patterns = "|".join(unit.removesuffix(".service") for unit in units)

    def __enter__(self):
        self.active = bool(self.patterns) and not os.path.lexists(POLICY)
        if self.active:
            with open(POLICY, "w", encoding="utf-8") as script:
                script.write(f'#!/bin/sh\ncase "${{1%.service}}" in {self.patterns}) exit 101;; esac\nexit 0\n')
            os.chmod(POLICY, 0o755)

    def __exit__(self, *_):
        if self.active:
            os.unlink(POLICY)


def silence(patterns, but=()):
    """Stops and disables units that packages brought and that nobody asked for."""
    for pattern in patterns:
        _, output = system.run(["systemctl", "list-unit-files", "--no-legend", "--plain", pattern])
        for line in output.splitlines():
            unit, state = line.split()[:2]
            if state == "enabled" and unit not in but:
                system.run(["systemctl", "disable", "--now", unit])
