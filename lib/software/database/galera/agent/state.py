"""What an agent knows of its MariaDB, and what it says of it."""

from . import mariadb, since_start, writer
from .lease import now
from .settings import PROGRAM_VERSION, read_json

STALE_SECONDS = 1.0


class State:
    """One look at MariaDB. It counts from when it began: what MariaDB said may be as old as that."""

    def __init__(self, at, status=None, row=None, members=None, draining=False, problem=None, doubt=None, unsure=None):
        self.at = at
        self.status = status or {}
        self.row = row
        self.members = members or {}
        self.draining = draining
        # Why it may not be read, and why it may not be written to.
        self.problems = [problem] if problem else writer.writable(self.status)
        self.problems += ["draining"] if draining else []
        self.problems += [doubt] if doubt else []
        # Not to be read for the moment, but by those who write to it: nobody else can have written meanwhile.
        self.unsure = unsure
        full = writer.room(mariadb.DATADIR)
        self.reasons = [*self.problems, *full]
        # The role goes to another node at once.
        self.resigns = draining or bool(full)
        # What it says of the role is so, and not from before this node was away. Outside of a component nothing is said:
        # after a moment of that, as when members come together, the role goes on where it was.
        self.certain = row is not None and not doubt

    @property
    def fresh(self):
        return now() - self.at <= STALE_SECONDS

    @property
    def uuid(self):
        return self.status.get("wsrep_gcomm_uuid") or None

    @property
    def has_row(self):
        """The row names this node. It is the writer while its lease says so, too."""
        return self.row is not None and self.uuid is not None and self.row["uuid"] == self.uuid

    def is_reader(self, is_writer):
        return self.fresh and not self.problems and (is_writer or not self.unsure)

    @property
    def primary(self):
        return self.fresh and self.status.get("wsrep_cluster_status") == "Primary"

    @property
    def writer_name(self):
        return self.row["name"] if self.row is not None and not writer.vacant(self.row, self.members) else None


def describe(settings, state, is_writer, vote):
    """For operators, for the other members before they start, and for the keeper. Others may be of another version."""
    status = state.status if state.fresh else {}
    kept = read_json(f"{settings.run}/keeper.json") or {}
    number = lambda name: int(status[name]) if status.get(name, "").lstrip("-").isdigit() else None
    return {
        "version": PROGRAM_VERSION,
        "group": settings.group,
        "node": settings.node,
        "primary": state.primary,
        "component": status.get("wsrep_cluster_status"),
        "clusterUuid": status.get("wsrep_cluster_state_uuid") if state.primary else None,
        "size": number("wsrep_cluster_size"),
        "members": sorted(state.members.values()),
        "state": status.get("wsrep_local_state_comment"),
        "uuid": status.get("wsrep_gcomm_uuid"),
        "seqno": number("wsrep_last_committed"),
        "synced": state.primary and status.get("wsrep_local_state") == writer.SYNCED and status.get("wsrep_ready") == "ON",
        "writer": state.writer_name,
        "epoch": state.row["epoch"] if state.row else None,
        "isWriter": is_writer,
        "isReader": state.is_reader(is_writer),
        "lentTo": vote.lent_to(),
        "draining": state.draining,
        "problems": [*state.reasons, *([state.unsure] if state.unsure and not is_writer else [])] if state.fresh else ["MariaDB has not answered for more than a second"],
        "formed": settings.marker,
        "bootstrapped": settings.marker is not None,
        "position": read_json(f"{settings.run}/position.json"),
        "recovery": kept.get("recovery"),
        "mariadb": status.get("version"),
        "served": since_start.served(settings),
        "tables": read_json(f"{settings.run}/tables.json"),
        "settings": read_json(f"{settings.run}/settings.json"),
    }
