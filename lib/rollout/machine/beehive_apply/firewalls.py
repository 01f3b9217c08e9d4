"""Firewalls of the machine's owner: what could keep the machines of a hive from each other."""

import json

from . import system
from .units import state_of

# Their tables are the hive's own.
OWN = "beehive"
# In takeover.FIREWALLS, too.
MANAGERS = {"ufw.service": "ufw", "firewalld.service": "firewalld"}
VERDICTS = ("drop", "reject")


def active_firewalls():
    """Each with a name, the unit that it belongs to (or None), and what it does."""
    found = []
    for unit, name in MANAGERS.items():
        here = state_of(unit)
        # `ufw enable` does all that the unit does at the next boot.
        if here["active"] or (unit == "ufw.service" and here["enabled"]):
            if unit == "ufw.service" and not ufw_is_on():
                continue
            found.append({"name": name, "unit": unit, "does": "is active"})
    # What they have made is theirs.
    return found or tables()


def ufw_is_on():
    """Its unit is active and enabled on every machine that has the package; its settings say whether it does anything."""
    try:
        with open("/etc/ufw/ufw.conf", encoding="utf-8", errors="replace") as source:
            return any(line.strip().lower() == "enabled=yes" for line in source)
    except OSError:
        return False


def tables():
    status, output = system.run(["nft", "--json", "list", "ruleset"])
    if status != 0:
        return []
    unit = "nftables.service" if state_of("nftables.service")["active"] else None
    try:
        return [{**table, "unit": unit} for table in closing_tables(json.loads(output)["nftables"])]
    except (ValueError, LookupError, TypeError):
        return []


def closing_tables(entries):
    """
    Tables that turn away what nobody allowed, in the way of packets to this machine. One that only accepts, or that turns single
    senders away (fail2ban), or that translates addresses (Docker), keeps no hive from its work.
    """
    chains = {}
    for entry in entries:
        if "chain" in entry:
            chain = entry["chain"]
            chains[key_of(chain, chain["name"])] = {**chain, "rules": []}
        elif "rule" in entry:
            rule = entry["rule"]
            chains[key_of(rule, rule["chain"])]["rules"].append(rule["expr"])
    found = {}
    for chain in chains.values():
        if chain["table"].startswith(OWN) or chain.get("hook") not in ("input", "prerouting", "ingress"):
            continue
        if chain.get("policy") == "drop":
            found.setdefault(f"{chain['family']} {chain['table']}", f"drops what no rule of its chain {chain['name']} accepts")
        elif closes(chain, chains, set()):
            found.setdefault(f"{chain['family']} {chain['table']}", f"turns away what no rule of its chain {chain['name']} accepts")
    return [{"name": f"the nftables table {name}", "does": does} for name, does in found.items()]


def key_of(entry, chain):
    return entry["family"], entry["table"], chain


def closes(chain, chains, seen):
    """Whether a packet that nothing matches is turned away in it, or in a chain that it always goes to."""
    seen.add(chain["name"])
    for expressions in chain["rules"]:
        if any("match" in expression or "xt" in expression or "vmap" in expression for expression in expressions):
            continue
        for expression in expressions:
            if any(verdict in expression for verdict in VERDICTS):
                return True
            if "accept" in expression or "return" in expression:
                return False
            target = (expression.get("jump") or expression.get("goto") or {}).get("target")
            other = chains.get(key_of(chain, target))
            if other is not None and target not in seen and closes(other, chains, seen):
                return True
    return False
