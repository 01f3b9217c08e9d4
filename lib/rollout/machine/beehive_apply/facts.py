"""What a machine is: distribution, room, memory, clock, addresses."""

import json
import os
import sys

from . import system

RELEASES = {"12": "bookworm", "13": "trixie"}
# Of each of them, what is written to when a tier comes.
FOLDERS = ("/", "/var", "/var/lib")
GIB, MIB = 1024**3, 1024**2
LEAST_DISK = GIB
# A machine with 512 MiB shows less: the kernel keeps up to an eighth for itself.
LEAST_MEMORY = 448 * MIB


def distribution():
    says = os_release()
    return {"id": says.get("ID", "unknown"), "version": says.get("VERSION_ID", ""), "name": says.get("PRETTY_NAME", "an unknown system")}


def os_release(path="/etc/os-release"):
    try:
        with open(path, encoding="utf-8", errors="replace") as source:
            return dict((key, value.strip('"')) for key, _, value in (line.strip().partition("=") for line in source) if value)
    except OSError:
        return {}


def is_supported(system_here):
    return system_here["id"] == "debian" and system_here["version"] in RELEASES


def free_disk():
    """Bytes and folder of the least room."""
    rooms = ((os.statvfs(folder), folder) for folder in FOLDERS if os.path.isdir(folder))
    return min((room.f_bavail * room.f_frsize, folder) for room, folder in rooms)


def memory():
    """Bytes in all."""
    with open("/proc/meminfo", encoding="utf-8") as source:
        for line in source:
            if line.startswith("MemTotal:"):
                return int(line.split()[1]) * 1024
    return 0


def in_container():
    return system.run(["systemd-detect-virt", "--quiet", "--container"])[0] == 0


def time_sync():
    """Whether something sets the clock: True, False, or the host's business."""
    if in_container():
        return "by the host"
    _, output = system.run(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    return output == "yes"


def addresses():
    """Of all interfaces but loopback, without those that lead nowhere else."""
    status, output = system.run(["ip", "-json", "address", "show"])
    links = json.loads(output or "[]") if status == 0 else []
    return [
        entry["local"]
        for link in links
        for entry in link.get("addr_info", [])
        if entry.get("scope") == "global" and "local" in entry
    ]


def facts():
    room, folder = free_disk()
    own = addresses()
    return {
        "distribution": distribution(),
        "disk": {"free": room, "folder": folder},
        "memory": memory(),
        "processors": os.cpu_count() or 1,
        "timeSync": time_sync(),
        "addresses": own,
        "ipv6": [address for address in own if ":" in address],
        "locale": os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or "",
        "python": ".".join(map(str, sys.version_info[:3])),
    }
