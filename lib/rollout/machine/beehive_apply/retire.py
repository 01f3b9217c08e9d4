"""A tier leaves the machine; data stay."""

import os
import shutil

from . import report, system
from .journal import Journal
from .services import stop
from .takeover import give_back


def retire(group, name):
    journal = Journal(group)
    here = journal.state.get("machine", name)
    if name and here != name:
        report.say(f"{group} is here for {here}, not for {name}, nothing to retire")
        return
    if not journal.state["services"] and not journal.state["files"]:
        report.say(f"{group} is not here, nothing to retire")
        # Of a first rollout that was cut off.
        say_all(give_back(group))
        return
    for service in reversed(journal.state["services"]):
        report.say(f"{service['unit']}: stopping")
        stop(service)
    for path in journal.state["files"]:
        if os.path.lexists(path):
            os.unlink(path)
    system.run(["systemctl", "daemon-reload"])
    trouble = give_back(group)
    journal.forget()
    shutil.rmtree(journal.folder, ignore_errors=True)
    say_all(trouble)
    report.say(f"ok: {group} is retired, its data is untouched, {report.elapsed()}")


def say_all(trouble):
    for line in trouble:
        report.say(line)
