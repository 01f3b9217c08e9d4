"""Who listens on which port. From /proc alone: a fresh machine has neither ss nor lsof."""

import ipaddress
import os
import re
import socket

from . import system

PROC = "/proc"
LISTENING = {"tcp": "0A", "udp": "07"}


def listening():
    """Protocol, address, port and inode of every socket that waits for others."""
    found = []
    for protocol, state in LISTENING.items():
        for family in ("", "6"):
            for line in lines_of(f"{PROC}/net/{protocol}{family}"):
                fields = line.split()
                if len(fields) > 9 and fields[3] == state:
                    address, port = fields[1].split(":")
                    found.append({"protocol": protocol, "address": readable(address), "port": int(port, 16), "inode": fields[9]})
    return found


def readable(words):
    """The kernel writes an address as numbers of 32 bits in its own order."""
    parts = [bytes.fromhex(words[i : i + 8])[::-1] for i in range(0, len(words), 8)]
    raw = b"".join(parts)
    address = ipaddress.ip_address(socket.inet_ntop(socket.AF_INET if len(raw) == 4 else socket.AF_INET6, raw))
    return str(getattr(address, "ipv4_mapped", None) or address)


def lines_of(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as source:
            return source.read().splitlines()[1:]
    except OSError:
        return []


def holders():
    """Unit and program of each socket, by its inode: several, where processes share it."""
    found = {}
    for pid in filter(str.isdigit, os.listdir(PROC)):
        try:
            links = [os.readlink(entry.path) for entry in os.scandir(f"{PROC}/{pid}/fd")]
        except OSError:
            continue
        inodes = [match.group(1) for link in links if (match := re.fullmatch(r"socket:\[(\d+)\]", link))]
        if inodes:
            holder = {"unit": unit_of(pid), "program": program_of(pid), "pid": int(pid)}
            for inode in inodes:
                found.setdefault(inode, []).append(holder)
    return found


def unit_of(pid):
    for line in cgroups(pid):
        for part in reversed(line.split("/")):
            if part.endswith(".service"):
                return part
    return None


def cgroups(pid):
    try:
        with open(f"{PROC}/{pid}/cgroup", encoding="utf-8", errors="replace") as source:
            return source.read().splitlines()
    except OSError:
        return []


def program_of(pid):
    try:
        with open(f"{PROC}/{pid}/comm", encoding="utf-8", errors="replace") as source:
            return source.read().strip()
    except OSError:
        return "a program that has ended"


def sockets_of_systemd():
    """Addresses that systemd itself listens on, and its socket units."""
    _, output = system.run(["systemctl", "list-sockets", "--no-legend", "--plain", "--full"])
    found = {}
    for line in output.splitlines():
        words = line.split()
        if len(words) > 1 and (match := re.search(r":(\d+)$", words[0])):
            found.setdefault(int(match.group(1)), set()).add(words[1])
    return found


def overlap(wanted, held):
    """Whether two local addresses cannot be bound on one port; `*` is every address."""
    every = ("*", "0.0.0.0", "::")
    if held == "0.0.0.0" and ":" in wanted:
        return False
    return wanted == held or wanted in every or held in every
