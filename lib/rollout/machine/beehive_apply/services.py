"""systemd units, and what must hold after they have started."""

import time

from . import report, system
from .report import Refused, tail
from .system import COMMAND_TIMEOUT

# A start may copy a whole database from another node first.
START_TIMEOUT = 3600


def concerns(service, paths):
    return any(
        path == watched or (watched.endswith("/") and path.startswith(watched))
        for path in paths
        for watched in service["watches"]
    )


def is_active(unit):
    return system.run(["systemctl", "is-active", "--quiet", unit])[0] == 0


def activate(service, changed):
    """Starts, reloads or restarts a unit, or leaves it alone. Returns what was done."""
    unit = service["unit"]
    system.run(["systemctl", "enable", "--quiet", unit])
    active = is_active(unit)
    concerned = concerns(service, changed)
    if active and (not concerned or service["onChange"] == "none"):
        return None
    if active and service["onChange"] == "reload":
        must(["systemctl", "reload", unit], unit)
        return "reloaded"
    if active and service.get("beforeStop"):
        report.say(f"{unit}: {' '.join(service['beforeStop'])}")
        must(service["beforeStop"], unit, START_TIMEOUT)
    if active and service.get("startCommand"):
        must(["systemctl", "stop", unit], unit, START_TIMEOUT)
    system.run(["systemctl", "reset-failed", unit])
    report.say(f"{unit}: {'restarting' if active else 'starting'}")
    verb = "restart" if active else "start"
    must(service.get("startCommand") or ["systemctl", verb, unit], unit, START_TIMEOUT)
    if service.get("afterStart"):
        must(service["afterStart"], unit)
    return "restarted" if active else "started"


def must(command, unit, timeout=COMMAND_TIMEOUT):
    status, output = system.run(command, timeout)
    if status != 0:
        _, log = system.run(["journalctl", "--no-pager", "--quiet", "-o", "cat", "-n", "15", "-u", unit])
        raise Refused(f"{' '.join(command)} failed ({status}):\n{tail(output)}\n  last lines of {unit}:\n{tail(log)}")


def wait_for(probe):
    deadline = time.monotonic() + probe["timeoutSeconds"]
    while True:
        status, output = system.run(probe["command"], max(1, min(COMMAND_TIMEOUT, probe["timeoutSeconds"])))
        if status == 0:
            # What holds and is not well all the same.
            for line in output.splitlines():
                if line.startswith("warning: "):
                    report.say(line)
            return
        if time.monotonic() >= deadline:
            raise Refused(f"{probe['description']}: not within {probe['timeoutSeconds']} s:\n{tail(output, 6)}")
        time.sleep(probe.get("intervalSeconds", 0.5))


def stop(service):
    unit = service["unit"]
    if service.get("beforeStop") and is_active(unit):
        system.run(service["beforeStop"], 20)
    system.run(["systemctl", "disable", "--now", "--quiet", unit], START_TIMEOUT)
