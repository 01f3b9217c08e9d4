"""
Holds this machine for one command of an operator, and does what it is asked, one JSON line each, until the line is cut.

What was begun ends also when the operator's connection is lost; the hold ends with it.
"""

import json
import os
import subprocess
import sys
import time

from . import report, turns, upgrade
from .report import Refused, reason

VERSION = 1
BUSY = 5


def emit(**answer):
    try:
        print(json.dumps(answer), flush=True)
    except OSError:
        pass


def serve(holder):
    """`holder`: who works here, for whoever comes meanwhile."""
    with turns.opened() as held:
        if not turns.locked(held):
            other = turns.read(held)
            emit(busy=f"{turns.name(other)}, {turns.since(other)}," if other else "")
            return BUSY
        # As a preparation does: a rollout of any tier is refused meanwhile.
        turns.write(held, {"pid": os.getpid(), "what": "packages", "tier": "", "who": holder, "since": time.time()})
        emit(session=VERSION, boot=boot_id())
        for line in sys.stdin:
            if answer(json.loads(line)):
                break
    return 0


def answer(request):
    """Returns whether it was the last one."""
    number = request.get("id")
    report.listener = lambda text: emit(id=number, say=text)
    try:
        result = COMMANDS[request["do"]](request)
    except Refused as problem:
        emit(id=number, refused=str(problem))
    except Exception as problem:
        emit(id=number, refused=reason(problem))
    else:
        emit(id=number, done=result)
        return bool(result.get("rebooting"))
    return False


def run(request):
    timeout = request.get("timeout", 30)
    try:
        done = subprocess.run(
            request["command"], stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, encoding="utf-8", errors="replace"
        )
    except FileNotFoundError:
        return {"status": 127, "stdout": "", "stderr": f"{request['command'][0]}: no such program"}
    except subprocess.TimeoutExpired:
        return {"status": 124, "stdout": "", "stderr": f"no end after {timeout} s"}
    return {"status": done.returncode, "stdout": done.stdout, "stderr": done.stderr}


def boot_id():
    """Another one after each reboot. A container has its host's kernel, and a first process of its own."""
    with open("/proc/sys/kernel/random/boot_id", encoding="utf-8") as kernel, open("/proc/1/stat", encoding="utf-8") as first:
        # What stands in brackets is a name, which may hold blanks; the twentieth field after it is when the process began.
        return f"{kernel.read().strip()} {first.read().rpartition(')')[2].split()[19]}"


COMMANDS = {
    "run": run,
    "survey": lambda request: upgrade.survey(request.get("foreign", False), request.get("packages", [])),
    "upgrade": lambda request: upgrade.upgrade(request["tiers"], request.get("reboot", False), request.get("foreign", False)),
    "finish": lambda request: {"restarted": upgrade.finish(request["tiers"])},
}
