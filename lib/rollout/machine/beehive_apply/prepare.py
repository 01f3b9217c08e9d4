"""Packages for all tiers of the machine, so that a rollout later is short; before that, whether the machine is fit for them."""

import base64
import json

from . import ownership, report
from .packages import install_packages, silence
from .records import read_json


def prepare(path, name, address):
    if name:
        report.label = name
    wanted = request(read_json(path, None), address)
    host = wanted.get("host")
    taking = []
    # Machines that Terraform made have no other owner.
    if host is not None:
        from .survey import refuse, survey

        problems, taking = survey(wanted, host)
        refuse(problems)
    new = install_packages(wanted["packages"], wanted["quiet"])
    if host is not None:
        ownership.save({"hosts": {**ownership.record()["hosts"], host["hive"]: host}})
    # What the owner runs goes in its own time, with a way back.
    silence(wanted["unused"], taking)
    report.say(f"prepared, {len(new)} packages installed, {report.elapsed()}")


def print_survey(text):
    from .facts import facts
    from .neighbours import who_has
    from .survey import survey

    wanted = request(json.loads(base64.b64decode(text)), None)
    problems, taking = survey(wanted, wanted["host"])
    found = {address: mac for address in wanted.get("virtual", []) if (mac := who_has(address))}
    print(json.dumps({"facts": {**facts(), "neighbours": found}, "problems": problems, "taking": taking}))


def request(wanted, address):
    """Machines share one request: their own address stands in it as a placeholder."""
    own = address or "{{beehive:self:address}}"
    ports = [{**port, "address": port["address"].replace("{{beehive:self:address}}", own)} for port in wanted.get("ports", [])]
    return {"folders": [], **wanted, "units": wanted["quiet"], "ports": ports}
