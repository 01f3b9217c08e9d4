"""A cluster that was taken down as a whole and is brought back by a deploy, one node after the other.

Whichever node stopped last has all writes, and a deploy begins with the first one. That one cannot serve before the others are
there, and must not make a cluster of its own: it waits, and so does its gate, so that the deploy reaches the others. With the last
of them every keeper answers, and they bring the cluster back from the member with the most writes.
"""

from . import mariadb
from .peers import ABSENT, RUNNING, SILENT, ask_all

# What a rollout asks after a start; while the node waits, there is nothing to ask.
GATES = {"check", "check-agent", "check-tables", "ensure-accounts", "ensure-time-zones"}


def unmet(answers):
    """Pure: members that this deploy has still to reach. None where somebody serves, or may serve, or where nobody knows."""
    if any(answer.primary or answer.kind in (RUNNING, SILENT) for answer in answers):
        return []
    return [answer.name for answer in answers if answer.kind == ABSENT]


def waits_for(settings):
    """Members that this node waits for with the cluster's data."""
    position, _ = mariadb.grastate()
    return unmet(ask_all(settings.peers, settings.agent_port, 2.0, knocking=True)) if position.known else []


def text(settings, names):
    return f"MariaDB of {settings.node} waits for {', '.join(names)}; with the last of them the cluster comes back by itself"
