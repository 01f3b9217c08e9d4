"""
What stands in the way of a hive on this machine. Read-only: the first step of a deploy, and all of `beehive check-hosts`.

Wanted are units (names and globs, to run or to keep from running), ports and data folders. `host` is what the program says of this
machine: the hive's name, `takeOver` and `keepFirewall`.
"""

import fnmatch
import os

from . import ownership
from .facts import GIB, LEAST_DISK, LEAST_MEMORY, MIB, distribution, free_disk, is_supported, memory
from .firewalls import active_firewalls
from .listeners import holders, listening, overlap, sockets_of_systemd
from .report import Refused
from .units import in_words, matching, state_of

ANOTHER_HOST = "or give the tier another host"


def survey(wanted, host, only=None):
    """
    Problems, each with what was found and the fix, and the units that the program lets Beehive take over. `only` one group, whose
    turn it is: what only the whole machine can lack was asked before its packages came.
    """
    agreed = {state_of(name)["name"] for name in host.get("takeOver", [])}
    problems, taking = [], {}
    known = {name: group for name, group in ownership.groups().items() if ownership.is_of(host["hive"], group["tier"])}
    if not known:
        problems += (unfit() if only is None else []) + other_hives(host)
        if not host.get("keepFirewall"):
            sort_out(closed_firewalls(), agreed, problems, taking)
    sort_out(foreign_units(wanted["units"]), agreed, problems, taking)
    judged = [group for name, group in known.items() if only in (None, name)]
    sort_out(foreign_listeners(new_ports(wanted["ports"], judged)), agreed, problems, taking)
    return problems + foreign_data(wanted["folders"]), sorted(taking)


def refuse(problems):
    if problems:
        lines = "".join(f"\n  - {problem['found']}. {problem['fix']}" for problem in problems)
        raise Refused(f"this host is not ready, and nothing of its owner's was touched:{lines}")


def sort_out(found, agreed, problems, taking):
    """What the program lets Beehive stop is no problem."""
    for problem in found:
        units = problem.get("units", [])
        if units and all(unit in agreed for unit in units):
            taking.update(dict.fromkeys(units))
        else:
            problems.append(problem)


def let_stop(units):
    names = ", ".join(f'"{unit}"' for unit in units)
    return f"let Beehive stop it while tiers are here (takeOver: [{names}] on the host)"


# What no tier can live with


def unfit():
    found = []
    here = distribution()
    if not is_supported(here):
        found.append(
            {
                "about": "distribution",
                "found": f"it runs {here['name']}; Beehive supports Debian 12 and 13",
                "fix": "Install one of them, or give the tier another host",
            }
        )
    room, folder = free_disk()
    if room < LEAST_DISK:
        found.append(
            {
                "about": "disk",
                "found": f"{folder} has {room / GIB:.2f} GiB left; tiers need 1 GiB or more",
                "fix": "Make room, or give the tier another host",
            }
        )
    if memory() < LEAST_MEMORY:
        found.append(
            {
                "about": "memory",
                "found": f"it has {memory() // MIB} MiB of memory; tiers need 512 MiB or more",
                "fix": "Give it more, or give the tier another host",
            }
        )
    return found


def other_hives(host):
    tiers = {}
    for name, group in ownership.groups().items():
        hive = group["tier"].split("/")[0]
        if hive not in host.get("sharedWith", []):
            tiers.setdefault(hive, {})[name] = group["tier"]
    return [
        {
            "about": f"hive {hive}",
            "found": f"it belongs to another hive, {hive} ({', '.join(sorted(here.values()))})",
            "fix": f'Choose: let both live on it (sharedWith: ["{hive}"] on the host), take it out of that program and deploy that, '
            + f"when that program is gone run as root: {'; '.join(f'{ownership.PROGRAM} retire {name}' for name in sorted(here))}, "
            + ANOTHER_HOST,
        }
        for hive, here in sorted(tiers.items())
    ]


def closed_firewalls():
    return [
        {
            "about": firewall["name"],
            "units": [firewall["unit"]] if firewall["unit"] else [],
            "found": f"{firewall['name']} {firewall['does']}, and Beehive did not install it; it can part the hive's machines",
            "fix": (f"Choose: {let_stop([firewall['unit']])}, " if firewall["unit"] else "Choose: remove it, ")
            + f"keep it and let the tiers' ports in yourself (keepFirewall: true on the host), {ANOTHER_HOST}",
        }
        for firewall in active_firewalls()
    ]


# What is there already


def foreign_units(patterns):
    own = ownership.own_units()
    found = []
    for unit in matching([pattern for pattern in patterns if not pattern.startswith(ownership.PREFIX)]):
        if ownership.is_own(unit["name"], own) or not (unit["active"] or unit["enabled"]):
            continue
        if not unit["active"] and ownership.is_brought(unit["name"]):
            continue
        found.append(
            {
                "about": unit["name"],
                "units": [unit["name"]],
                "found": f"{unit['name']} ({unit['description']}) {in_words(unit)}, and Beehive did not start it",
                "fix": f"Choose: {let_stop([unit['name']])}, {ANOTHER_HOST}",
            }
        )
    return found


def new_ports(ports, groups):
    """
    Without those that the groups have had: their listeners may be units that no program names, such as instances of a template. An
    older version has not recorded them.
    """
    if any(group["ports"] is None for group in groups):
        return []
    had = {number_of(port) for group in groups for port in group["ports"]}
    return [port for port in ports if port["protocol"] in ("tcp", "udp") and number_of(port) not in had]


def number_of(port):
    return f"{port['port']}/{port['protocol']}"


def foreign_listeners(wanted):
    own = ownership.own_units()
    if not wanted:
        return []
    sockets, by_inode, of_systemd = listening(), holders(), sockets_of_systemd()
    found = {}
    for port in wanted:
        for socket in sockets:
            if socket["port"] != port["port"] or socket["protocol"] != port["protocol"]:
                continue
            if not overlap(port["address"], socket["address"]):
                continue
            units, programs = set(), set()
            for holder in by_inode.get(socket["inode"], []):
                if holder["pid"] == 1:
                    units |= of_systemd.get(socket["port"], set())
                elif holder["unit"]:
                    units.add(holder["unit"])
                else:
                    programs.add(f"{holder['program']} (process {holder['pid']})")
            if units and all(ownership.is_own(unit, own) for unit in units) and not programs:
                continue
            problem = held(port, socket, units, programs)
            found.setdefault((problem["about"], *problem["units"]), problem)
    return list(found.values())


def held(port, socket, units, programs):
    holders_here = ", ".join([*sorted(units), *sorted(programs)]) or "a program that it does not show"
    another = f"another port ({port['property']} of the tier)" if port.get("property") else "another port"
    stop = let_stop(sorted(units)) if units and not programs else "stop it"
    return {
        "about": f"port {number_of(port)}",
        "units": [] if programs else sorted(units),
        "found": f"{holders_here} listens on port {number_of(port)} of {socket['address']}, which a tier needs ({port['purpose']})",
        "fix": f"Choose: {stop}, {another}, {ANOTHER_HOST}",
    }


def foreign_data(folders):
    """Content of folders that software is to fill, and that is not marked as its own."""
    found = []
    for folder in folders:
        if any(os.path.exists(mark) for mark in folder["marks"]) or not os.path.isdir(folder["path"]):
            continue
        names = sorted(
            entry.name
            for entry in os.scandir(folder["path"])
            if entry.is_dir(follow_symlinks=False)
            and not any(fnmatch.fnmatch(entry.name, pattern) for pattern in folder["blank"])
            and os.listdir(entry.path)
        )
        if names:
            found.append(
                {
                    "about": folder["path"],
                    "found": f"{folder['path']} holds data that Beehive did not put there ({listed(names)})",
                    "fix": f"Save them and take them away ({folder['away']}), {ANOTHER_HOST}",
                }
            )
    return found


def listed(names, most=5):
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
