"""What a deploy has put into the SSH user's folder: read once, checked, and gone again."""

import dataclasses
import hashlib
import json
import os
import re
import time

from . import report
from .placeholders import with_facts
from .records import read_json
from .report import Refused

# Between the arrival of a file and the run that reads it lies an upload or two.
ABANDONED_SECONDS = 300


@dataclasses.dataclass(frozen=True)
class Delivery:
    bundle: dict
    secrets: dict

    @property
    def group(self):
        return self.bundle["group"]

    @property
    def tier(self):
        return self.bundle["tier"]


def receive(name, address, facts_path, bundle_path, secrets_path, content):
    """
    Everything that the files hold; nobody else's files are asked later. The secrets are in no file of this folder any more when
    this ends, however it ends.

    content: SHA-256 of the bundle as it was sent, or nothing where nobody says it
    """
    report.label = name
    try:
        secrets = read_json(secrets_path, {}) if secrets_path else {}
    finally:
        if secrets_path and os.path.lexists(secrets_path):
            os.unlink(secrets_path)
    with open(bundle_path, "rb") as source:
        sent = source.read()
    arrived = hashlib.sha256(sent).hexdigest()
    if content and arrived != content:
        raise Refused(
            f"the bundle that arrived ({arrived[:12]}) is not the one that was sent ({content[:12]}); the transfer was cut, or "
            "another deploy has written the same file. Deploy again"
        )
    # Machines of a tier share one file; here it becomes this machine's.
    text = sent.decode("utf-8").replace("{{beehive:self:name}}", name).replace("{{beehive:self:address}}", address)
    bundle = json.loads(with_facts(text, read_json(facts_path, {}) if facts_path else {}))
    report.label = f"{bundle['machine']} {bundle['tier']}"
    if bundle["version"] != 1:
        raise Refused(f"the bundle has version {bundle['version']}, this program knows version 1; deploy again")
    clear_abandoned(os.path.dirname(bundle_path), bundle["group"])
    return Delivery(bundle, secrets)


def clear_abandoned(folder, group):
    """What a deploy has brought that ended before its run began, secrets included."""
    if os.path.basename(folder) != ".beehive":
        return
    for entry in os.scandir(folder):
        age = time.time() - entry.stat(follow_symlinks=False).st_mtime
        # Terraform empties its scripts and leaves them there.
        ours = entry.name.startswith(f"{group}.") and entry.name.endswith(".json") or re.fullmatch(r"script-\d+\.sh", entry.name)
        if ours and age > ABANDONED_SECONDS:
            os.unlink(entry.path)
