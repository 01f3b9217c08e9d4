"""Applies what Beehive delivers to this machine. Standard library only; Debian 12 and later.

beehive-apply prepare FILE            installs packages, so that a rollout later is short
beehive-apply apply --name NAME --address ADDRESS [--facts FILE] BUNDLE [SECRETS]
                                      validates, writes, activates and gates one tier's bundle
beehive-apply retire GROUP [NAME]     takes a tier's services out of service and away; data stays. With a name only where
                                      the tier was brought to a machine of this name: addresses are given out again

Running it twice is the same as running it once. A run that was cut off at any point is completed by the next one: what
is still to be activated stands in a journal, with the last good copy of every file, before the first file is replaced.
The last line says what happened; the exit status is 0 only when the gate passed.
"""

import os
import signal

from . import report, system
from .apply import apply
from .prepare import prepare
from .report import Refused, reason
from .retire import retire


def apply_arguments(rest):
    """Name, address, facts, bundle and secrets; nothing when they are not what the usage says."""
    options = {}
    while len(rest) > 1 and rest[0] in ("--name", "--address", "--facts") and rest[0] not in options:
        options[rest[0]] = rest[1]
        rest = rest[2:]
    if not {"--name", "--address"} <= options.keys() or len(rest) not in (1, 2) or rest[0].startswith("--"):
        return None
    return options["--name"], options["--address"], options.get("--facts"), rest[0], rest[1] if len(rest) == 2 else None


def main(arguments):
    # A lost connection must not leave a machine between two configurations.
    for lost in (signal.SIGHUP, signal.SIGPIPE):
        signal.signal(lost, signal.SIG_IGN)
    os.umask(0o022)
    if os.geteuid() != 0:
        report.say("must run as root; give the SSH user passwordless sudo")
        return 1
    command, *rest = arguments or [""]
    held = system.lock()
    try:
        if command == "prepare" and len(rest) == 1:
            prepare(rest[0])
        elif command == "apply" and (wanted := apply_arguments(rest)):
            apply(*wanted)
        elif command == "retire" and len(rest) in (1, 2):
            retire(rest[0], rest[1] if len(rest) == 2 else "")
        else:
            print(__doc__)
            return 3
        return 0
    except Refused as problem:
        report.say(f"REFUSED: {problem}")
        return 1
    except OSError as problem:
        # Before the first file was replaced: what comes later is put back in `apply`.
        report.say(f"REFUSED: {reason(problem)}\nNo file was changed.")
        return 1
    finally:
        held.close()
