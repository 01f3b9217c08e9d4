"""Who writes. One row in a table of the cluster itself says it, so that every node reads the same answer.

The row changes by compare-and-swap on its epoch; Galera certifies one of two claims made at the same time and refuses
the other. A node that committed its claim has applied every write before it: nothing that was acknowledged is missing.
The role stays where it is when a node comes back, because every move costs a gap. It ends with its lease (see `lease`).
"""

import os

from .peers import ask

# Between the candidates, so that normally only one claims. A claim takes a few milliseconds in one site.
STAGGER_SECONDS = 0.15
# A donor can write, but it is busy with the copy; a synced node goes first.
DONOR_SECONDS = 0.5

SYNCED, DONOR = "4", "2"

# The writer gives its role to a node with room before MariaDB has none: a node that cannot store what the others store
# is voted out of the cluster.
RESERVED_SHARE = 0.05
RESERVED_BYTES = 256 << 20


def writable(status):
    """Reasons why this node must not take writes; an empty list when it may."""
    problems = []
    if status.get("wsrep_cluster_status") != "Primary":
        problems.append("not in the primary component")
    if status.get("wsrep_ready") != "ON":
        problems.append("not ready")
    if status.get("wsrep_local_state") not in (SYNCED, DONOR):
        problems.append(f"state {status.get('wsrep_local_state_comment') or 'unknown'}")
    if status.get("read_only", "OFF") != "OFF":
        problems.append("read_only")
    if status.get("wsrep_desync", "OFF") != "OFF":
        problems.append("desynced by hand")
    if status.get("wsrep_reject_queries", "NONE") != "NONE":
        problems.append("rejects queries")
    return problems


def room(folder):
    """Reasons why the disk allows no more writes."""
    try:
        disk = os.statvfs(folder)
    except OSError:
        return []
    free, whole = disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
    if free >= min(RESERVED_BYTES, whole * RESERVED_SHARE):
        return []
    return [f"the disk is full: {free >> 20} of {whole >> 20} MiB are free"]


def vacant(row, members):
    """The recorded writer left the primary component, or gave the role back. A node that restarts gets a new uuid."""
    return row is not None and row["uuid"] not in members


def patience(name, members, status, holder=None):
    """How long this node leaves a free role to the candidates before it in the alphabet. `holder` had it, and is none."""
    candidates = sorted(other for other in members.values() if other != holder)
    rank = candidates.index(name) if name in candidates else len(candidates)
    return rank * STAGGER_SECONDS + (DONOR_SECONDS if status.get("wsrep_local_state") == DONOR else 0)


def read(cursor):
    """The row, and the members of the component by uuid."""
    cursor.execute("SELECT epoch, name, uuid FROM beehive.writer WHERE id = 1")
    found = cursor.fetchone()
    row = None if found is None else {"epoch": found[0], "name": found[1], "uuid": found[2]}
    cursor.execute("SELECT node_uuid, node_name FROM mysql.wsrep_cluster_members")
    return row, dict(cursor.fetchall())


def claim(cursor, epoch, name, uuid):
    """True when this node is the writer now."""
    cursor.execute(
        "UPDATE beehive.writer SET epoch = epoch + 1, name = %s, uuid = %s, since = UTC_TIMESTAMP(3) WHERE id = 1 AND epoch = %s",
        (name, uuid, epoch),
    )
    return cursor.rowcount == 1


def give_back(cursor, uuid):
    """The next candidate claims at its next look; its name stays for the operator until then."""
    cursor.execute("UPDATE beehive.writer SET epoch = epoch + 1, uuid = '' WHERE id = 1 AND uuid = %s", (uuid,))


class Candidate:
    """Takes the role when it has been free for as long as this node has to be patient.

    It is free when its holder left the component or gave it back; and when its holder is in the component and has let
    its lease run out, because its agent hangs or may not go on.
    """

    def __init__(self, settings, lease):
        self.settings = settings
        self.lease = lease
        self.since = None

    def step(self, cursor, state):
        row, members, name = state.row, state.members, self.settings.node
        uuid = state.uuid
        if row is None or state.reasons or uuid not in members or self.lease.vote.lent_to() not in (None, name):
            self.since = None
            return False
        gone = vacant(row, members)
        holder = None if gone else members[row["uuid"]]
        self.since = state.at if self.since is None else self.since
        if state.at - self.since < patience(name, members, state.status, holder):
            return False
        self.since = None
        if not gone and self.still_serves(holder):
            return False
        if not self.lease.acquire(row["epoch"], state.at):
            return False
        taken = False
        try:
            taken = claim(cursor, row["epoch"], name, uuid)
        finally:
            if not taken:
                self.lease.give_back()
        return taken

    def still_serves(self, holder):
        """Agents of the first version have no lease, and say so themselves."""
        member = next((peer for peer in self.settings.peers if peer.name == holder), None)
        return member is not None and bool(ask(member, self.settings.agent_port, 0.3).status.get("isWriter"))
