"""What a delivered text leaves open until it is on its machine (lib/software/placeholders.ts)."""

import hashlib
import json
import os
import re

from . import system
from .report import Refused

# Where clouds tell a machine about itself.
METADATA = "http://169.254.169.254"


def fill(text, secrets):
    """Replaces placeholders (lib/software/placeholders.ts)."""

    def value(match):
        kind, _, name = match.group(1).partition(":")
        if kind == "secret":
            if name not in secrets:
                raise Refused(f"the secret {name} was not delivered")
            return str(secrets[name])
        if kind == "interface":
            return interface_of(name)
        if kind == "anchor":
            return anchor_address()
        if kind == "processors":
            return str(os.cpu_count() or 1)
        raise Refused(f"unknown placeholder {match.group(0)}; the program on this machine is older than the library")

    return re.sub(r"\{\{beehive:([^}]+)\}\}", value, text)


def with_facts(text, facts):
    """Fills in what Terraform learned when it applied, in a bundle that is not parsed yet."""

    def value(match):
        name = match.group(1)
        if name not in facts:
            raise Refused(f"the fact {name} was not delivered; run cdktf synth and deploy again")
        if facts[name] in (None, ""):
            raise Refused(f"the fact {name} has no value; Terraform knows none. Look at what should have it with terraform show")
        return json.dumps(str(facts[name]))[1:-1]

    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
    return re.sub(r"\{\{beehive:fact:([^{}]+)\}\}", value, text).replace("{{beehive:facts-digest}}", digest)


def interface_of(address):
    _, output = system.run(["ip", "-json", "address", "show"])
    for link in json.loads(output or "[]"):
        if any(entry.get("local") == address for entry in link.get("addr_info", [])):
            return link["ifname"]
    raise Refused(f"no network interface of this machine holds {address}; correct the host's privateAddress")


def anchor_address():
    # Of no use to most machines, and slow to load.
    import ipaddress
    import urllib.request

    url = f"{METADATA}/metadata/v1/interfaces/public/0/anchor_ipv4/address"
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
            text = answer.read(100).decode("ascii", "replace").strip()
        return str(ipaddress.IPv4Address(text))
    except (OSError, ValueError) as problem:
        raise Refused(f"the droplet's anchor address is not known: GET {url}: {problem}; a droplet made from a custom image has none")
