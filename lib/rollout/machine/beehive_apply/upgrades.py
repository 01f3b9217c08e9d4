"""What apt would upgrade on this machine, and from where it would come."""

import glob
import os
import re

from . import report, system
from .report import Refused, tail

# The owner's own preferences, and below them what is not to be touched this time. Gone after a reboot.
PREFERENCES = "/run/beehive/upgrade.pref"
OWNERS_PREFERENCES = "/etc/apt/preferences"
APT_TIMEOUT = 3600
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
    "APT_LISTCHANGES_FRONTEND": "none",
    "UCF_FORCE_CONFFOLD": "1",
    # Where the owner has it: what runs old code is restarted here, in an order that the hive can take.
    "NEEDRESTART_SUSPEND": "1",
}
KEEP = ["-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold"]
PLANNED = re.compile(r"^Inst (?P<name>\S+)(?: \[(?P<old>[^\]]+)\])? \((?P<new>\S+) (?P<origins>.+?) \[[^\]]+\]\)")


def apt(arguments, problem):
    command = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", *KEEP, *arguments]
    status, output = system.run(command, APT_TIMEOUT, ENVIRONMENT)
    if status != 0:
        raise Refused(f"{problem}:\n{tail(output)}")
    return output


def refresh():
    """Without the newest lists nobody knows what is missing, so that a source that does not answer is a reason to stop."""
    apt(["-o", "APT::Update::Error-Mode=any", "update"], "the package sources do not answer")


def is_debians(origins):
    """As apt prints them: `Debian:12.8/stable, Debian-Security:12/stable-security`."""
    return any(re.match(r"Debian(-Security| Backports)?:", origin) for origin in origins.split(", "))


def parse(output):
    found = (PLANNED.match(line) for line in output.splitlines())
    return [
        {
            "name": match["name"].split(":")[0],
            "from": match["old"] or "",
            "to": match["new"],
            "debian": is_debians(match["origins"]),
            "origin": match["origins"],
        }
        for match in found
        if match
    ]


def planned(options=()):
    """New packages come where a newer one needs them, as each kernel does; none goes."""
    return parse(apt([*options, "--simulate", "--with-new-pkgs", "upgrade"], "apt does not know what it would upgrade"))


def plan(foreign):
    """What to upgrade, what is left alone because it is not Debian's, and apt's options for exactly that."""
    wanted = planned()
    others = [one for one in wanted if not one["debian"]]
    if foreign or not others:
        return wanted, [], []
    pin(others)
    options = ["-o", f"Dir::Etc::Preferences={PREFERENCES}"]
    left = planned(options)
    still = [one["name"] for one in left if not one["debian"]]
    if still:
        raise Refused(f"apt would also take {', '.join(still)} from elsewhere than Debian. Say --foreign, or upgrade by hand")
    return left, others, options


def pin(packages):
    own = ""
    if os.path.exists(OWNERS_PREFERENCES):
        with open(OWNERS_PREFERENCES, encoding="utf-8", errors="surrogateescape") as source:
            own = source.read()
    held = [
        f"Package: {one['name']}\nPin: version {one['from']}\nPin-Priority: 1000\n"
        if one["from"]
        else f"Package: {one['name']}\nPin: release *\nPin-Priority: -1\n"
        for one in packages
    ]
    os.makedirs(os.path.dirname(PREFERENCES), exist_ok=True)
    with open(PREFERENCES, "w", encoding="utf-8", errors="surrogateescape") as out:
        # The first that names a package counts.
        out.write("\n".join([*held, own]))


def kept_back(foreign_names):
    """Newer, and not to be had without removing something, or held by the owner."""
    output = apt(["--simulate", "--with-new-pkgs", "upgrade"], "apt does not know what it would upgrade")
    match = re.search(r"The following packages have been kept back:\n((?:  .*\n?)+)", output)
    return [name for name in (match[1].split() if match else []) if name not in foreign_names]


def is_unfinished():
    """Of an apt or dpkg that was cut off."""
    status, output = system.run(["dpkg", "--audit"])
    return status != 0 or output != ""


def install(options):
    if is_unfinished():
        report.say("ending an installation that was cut off")
        status, output = system.run(["dpkg", "--configure", "-a", "--force-confdef", "--force-confold"], APT_TIMEOUT, ENVIRONMENT)
        if status != 0:
            raise Refused(f"dpkg --configure -a failed:\n{tail(output)}")
    apt([*options, "--with-new-pkgs", "upgrade"], "apt-get upgrade failed")


def installed_version(package):
    status, output = system.run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package])
    return output.split()[1] if status == 0 and output.startswith("installed ") else ""


def is_unattended():
    """Whether unattended-upgrades works here by itself, as apt-daily-upgrade.timer calls it."""
    _, output = system.run(["apt-config", "dump", "APT::Periodic::Unattended-Upgrade"])
    match = re.search(r'"(\w+)";', output)
    return match is not None and match[1] != "0" and installed_version("unattended-upgrades") != ""


def reboot_reasons():
    reasons = []
    if os.path.exists("/run/reboot-required"):
        reasons.append("a package asks for it (/run/reboot-required)")
    running = os.uname().release
    kernels = [os.path.basename(path).removeprefix("vmlinuz-") for path in glob.glob("/boot/vmlinuz-*")]
    # Of a kernel that is not Debian's, or is the host's, nobody here knows which comes next.
    if running in kernels:
        newest = max(kernels, key=by_number)
        if newest != running:
            reasons.append(f"kernel {running} runs and {newest} is installed")
    return reasons


def by_number(release):
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", release)]
