"""Who has an address of this network already, asked as RFC 5227 says: no machine learns a wrong one by it."""

import ipaddress
import json
import socket
import struct
import time

from . import system

ARP = 0x0806
PATIENCE = 0.6
TRIES = 2


def who_has(address):
    """MAC address of another machine that answers for an IPv4 address, or None."""
    wanted = ipaddress.ip_address(address)
    if wanted.version != 4:
        return None
    link = link_to(wanted)
    return None if link is None else probe(link["ifname"], bytes.fromhex(link["address"].replace(":", "")), wanted)


def link_to(wanted):
    """The Ethernet interface whose network has the address, unless this machine has the address itself."""
    _, output = system.run(["ip", "-json", "address", "show"])
    try:
        links = json.loads(output)
    except ValueError:
        return None
    found = None
    for link in links:
        for entry in link.get("addr_info", []):
            if entry.get("family") != "inet":
                continue
            if entry.get("local") == str(wanted):
                return None
            network = ipaddress.ip_network(f"{entry['local']}/{entry['prefixlen']}", strict=False)
            if link.get("link_type") == "ether" and wanted in network and network.prefixlen < 32:
                found = link
    return found


def probe(interface, mac, wanted):
    question = b"\xff" * 6 + mac + struct.pack("!HHHBBH", ARP, 1, 0x0800, 6, 4, 1) + mac + bytes(4) + bytes(6) + wanted.packed
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ARP)) as raw:
        raw.bind((interface, ARP))
        for _ in range(TRIES):
            raw.send(question)
            deadline = time.monotonic() + PATIENCE
            while (left := deadline - time.monotonic()) > 0:
                raw.settimeout(left)
                try:
                    frame = raw.recv(1500)
                except TimeoutError:
                    break
                # An answer, or another machine that says the same of itself.
                if frame[28:32] == wanted.packed and frame[22:28] != mac:
                    return frame[22:28].hex(":")
    return None
