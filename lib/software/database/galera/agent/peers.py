"""What the other members say of themselves."""

import json
import socket
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

AGENT = "agent"  # its health agent answered
RUNNING = "running"  # no agent, but somebody listens on Galera's port
ABSENT = "absent"  # the machine is up and refuses: nothing of the cluster runs there
SILENT = "silent"  # no answer at all: nobody knows what that machine holds


@dataclass(frozen=True)
class Answer:
    member: object
    kind: str
    status: dict = field(default_factory=dict)

    @property
    def name(self):
        return self.member.name

    @property
    def version(self):
        """Of its program; 0 when it says none."""
        said = self.status.get("version")
        return said if isinstance(said, int) else 0

    @property
    def primary(self):
        return bool(self.status.get("primary"))

    @property
    def uuid(self):
        """Of the cluster that it is part of, or was."""
        marker = self.status.get("formed") or {}
        position = self.status.get("position") or {}
        return self.status.get("clusterUuid") or position.get("uuid") or marker.get("uuid")

    @property
    def recovery(self):
        return self.status.get("recovery") or {}

    @property
    def position(self):
        """The uuid and the seqno that it knows of its data on disk, or None."""
        said = self.status.get("position") or {}
        return (said["uuid"], said["seqno"]) if "uuid" in said and "seqno" in said else None

    @property
    def untried(self):
        """Its MariaDB has not served since it was started. An agent of the first version does not say."""
        return self.status.get("served") is False


def ask(member, agent_port, timeout=1.0, knocking=False):
    """`knocking`: also tries Galera's own port where no agent answers. It is a line in MariaDB's log over there."""
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://{member.address}:{agent_port}/status", timeout=timeout) as answer:
            return Answer(member, AGENT, json.load(answer))
    except urllib.error.URLError as problem:
        refused = isinstance(problem.reason, ConnectionRefusedError)
    except (OSError, ValueError):
        refused = False
    galera = knock(member.address, 4567, timeout) if knocking else ABSENT
    if galera == RUNNING:
        return Answer(member, RUNNING)
    return Answer(member, ABSENT if refused and galera == ABSENT else SILENT)


def ask_all(members, agent_port, timeout=1.0, knocking=False):
    with ThreadPoolExecutor(max_workers=max(1, len(members))) as pool:
        return list(pool.map(lambda member: ask(member, agent_port, timeout, knocking), members))


def knock(address, port, timeout):
    try:
        socket.create_connection((address, port), timeout).close()
        return RUNNING
    except ConnectionRefusedError:
        return ABSENT
    except OSError:
        return SILENT
