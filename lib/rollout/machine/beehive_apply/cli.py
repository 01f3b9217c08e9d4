"""Applies what Beehive delivers to this machine. Standard library only; Debian 12 and later.

beehive-apply survey REQUEST          what is in the way of the tiers on this machine, as JSON; changes nothing. The request is
                                      that of prepare in base64, with {{beehive:self:address}} filled in
beehive-apply prepare [--name NAME --address ADDRESS] [--by NAME] [--connection SSH_CONNECTION] FILE
                                      the same, refusing; then installs packages, so that a rollout later is short
beehive-apply apply --name NAME --address ADDRESS [--facts FILE] [--content SHA256] [--by NAME] [--connection SSH_CONNECTION]
                    BUNDLE [SECRETS]
                                      validates, writes, activates and gates one tier's bundle, which has the hash of --content.
                                      Removes the file of the secrets. --by and --connection say who deploys, to whoever comes
                                      meanwhile
beehive-apply retire GROUP [NAME]     takes a tier's services out of service and away; data stays. With a name only where
                                      the tier was brought to a machine of this name: addresses are given out again
beehive-apply session HOLDER          for beehive upgrade: holds the machine, and does what JSON lines on standard input ask

Running it twice is the same as running it once. A run that was cut off at any point is completed by the next one: what
is still to be activated stands in a journal, with the last good copy of every file, before the first file is replaced.
The last line says what happened; the exit status is 0 only when the gate passed.
"""

import os
import signal

from . import report, session, turns
from .apply import apply
from .delivery import receive
from .prepare import prepare, print_survey
from .report import Refused, reason
from .retire import retire

CLIENT = ("--by", "--connection")


def options_of(rest, known):
    """Options with their values, and what follows them."""
    options = {}
    while len(rest) > 1 and rest[0] in known and rest[0] not in options:
        options[rest[0]] = rest[1]
        rest = rest[2:]
    return options, rest


def apply_arguments(rest):
    """Options, bundle and secrets; nothing when they are not what the usage says."""
    options, rest = options_of(rest, ("--name", "--address", "--facts", "--content", *CLIENT))
    if not {"--name", "--address"} <= options.keys() or len(rest) not in (1, 2) or rest[0].startswith("--"):
        return None
    return options, rest[0], rest[1] if len(rest) == 2 else None


def prepare_arguments(rest):
    """Options and the request; nothing when they are not what the usage says."""
    options, rest = options_of(rest, ("--name", "--address", *CLIENT))
    return None if len(rest) != 1 or rest[0].startswith("--") else (options, rest[0])


def who(options):
    return turns.client(options.get("--by", ""), options.get("--connection", ""))


def run_prepare(options, request):
    with turns.take("packages", "packages", who(options)):
        prepare(request, options.get("--name"), options.get("--address"))


def run_apply(options, bundle, secrets):
    # Before the turn: a secret does not lie there while another tier is at work.
    delivery = receive(options["--name"], options["--address"], options.get("--facts"), bundle, secrets, options.get("--content"))
    with turns.take(delivery.group, delivery.tier, who(options)):
        apply(delivery.bundle, delivery.secrets)


def run_retire(group, name):
    with turns.take("", group, who({})):
        retire(group, name)


def main(arguments):
    # A lost connection must not leave a machine between two configurations.
    for lost in (signal.SIGHUP, signal.SIGPIPE):
        signal.signal(lost, signal.SIG_IGN)
    os.umask(0o022)
    if os.geteuid() != 0:
        report.say("must run as root; give the SSH user passwordless sudo")
        return 1
    command, *rest = arguments or [""]
    if command == "session" and len(rest) == 1:
        return session.serve(rest[0])
    if command == "survey" and len(rest) == 1:
        print_survey(rest[0])
        return 0
    try:
        if command == "prepare" and (wanted := prepare_arguments(rest)):
            run_prepare(*wanted)
        elif command == "apply" and (wanted := apply_arguments(rest)):
            run_apply(*wanted)
        elif command == "retire" and len(rest) in (1, 2):
            run_retire(rest[0], rest[1] if len(rest) == 2 else "")
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
