"""What the program decided about this cluster, and where its things are on the machine."""

import glob
import json
import os
from dataclasses import dataclass

# Of what agents say to each other. Raise it when an older agent would have to be spoken to in another way.
PROGRAM_VERSION = 2
UNIT = "mariadb.service"


class Refusal(Exception):
    """Said to the operator as it is; the exit status is 1."""


@dataclass(frozen=True)
class Member:
    name: str
    address: str
    zone: str


@dataclass(frozen=True)
class Settings:
    group: str
    node: str
    members: tuple
    port: int
    agent_port: int
    longest_poll_seconds: float
    suspect_seconds: float
    inactive_seconds: float
    databases: tuple
    clients: tuple
    # Accounts that are refused without TLS.
    tls_users: tuple = ()
    # What MariaDB must not lose: {"name", "values", "why"}.
    required: tuple = ()

    @property
    def me(self):
        return next(member for member in self.members if member.name == self.node)

    @property
    def peers(self):
        return [member for member in self.members if member.name != self.node]

    @property
    def majority(self):
        return len(self.members) // 2 + 1

    @property
    def lease_seconds(self):
        """Runs out before the others can have a component without its holder; a hung agent does not stop writes longer."""
        return min(self.suspect_seconds, 4.0)

    @property
    def poll_seconds(self):
        """Each look renews the lease, and one that is late or lost must not end it."""
        return min(self.longest_poll_seconds, self.lease_seconds / 5)

    @property
    def folder(self):
        return f"/etc/beehive/galera/{self.group}"

    @property
    def state(self):
        """Survives a reboot."""
        return f"/var/lib/beehive/{self.group}"

    @property
    def run(self):
        """Gone after a reboot."""
        return f"/run/beehive-galera/{self.group}"

    @property
    def drain_file(self):
        return f"{self.run}/drain"

    @property
    def marker(self):
        """Who has it has been a member of the cluster: {"uuid", "largest"}, the largest size of the cluster it saw."""
        return read_json(f"{self.state}/formed.json")


def load(group=None):
    found = glob.glob(f"/etc/beehive/galera/{group or '*'}/cluster.json")
    if len(found) != 1:
        raise Refusal(f"{len(found)} clusters are configured in /etc/beehive/galera; name one: --group NAME")
    data = read_json(found[0])
    return Settings(
        group=data["group"],
        node=data["node"],
        members=tuple(Member(m["name"], m["address"], m["zone"]) for m in data["members"]),
        port=data["port"],
        agent_port=data["agentPort"],
        longest_poll_seconds=data["pollSeconds"],
        suspect_seconds=data["suspectSeconds"],
        inactive_seconds=data["inactiveSeconds"],
        databases=tuple((d["name"], d["user"]) for d in data["databases"]),
        clients=tuple(data["clients"]),
        tls_users=tuple(data.get("tlsUsers", ())),
        required=tuple(data.get("required", ())),
    )


def read_text(path):
    try:
        with open(path, encoding="utf-8") as source:
            return source.read()
    except OSError:
        return None


def read_json(path):
    try:
        return json.loads(read_text(path) or "null")
    except ValueError:
        return None


def write_text(path, text, mode=0o644):
    """Whole or not at all, also through a power loss."""
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    temporary = f"{path}.new"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        os.fchmod(out.fileno(), mode)
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.rename(temporary, path)


def write_json(path, value):
    write_text(path, json.dumps(value) + "\n")


def remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
