"""Who writes. One row in a table of the cluster itself says it, so that every node reads the same answer.

The row changes by compare-and-swap on its epoch; Galera certifies one of two claims made at the same time and refuses
the other. A node that committed its claim has applied every write before it: nothing that was acknowledged is missing.
The role stays where it is when a node comes back, because every move costs a gap.
"""

import time

# Between the candidates, so that normally only one claims. A claim takes a few milliseconds in one site.
STAGGER_SECONDS = 0.15
# A donor can write, but it is busy with the copy; a synced node goes first.
DONOR_SECONDS = 0.5

SYNCED, DONOR = "4", "2"


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


def vacant(row, members):
    """The recorded writer left the primary component, or gave the role back. A node that restarts gets a new uuid."""
    return row is not None and row["uuid"] not in members


def patience(name, members, status):
    """How long this node leaves a vacant role to the candidates before it in the alphabet."""
    rank = sorted(members.values()).index(name) if name in members.values() else len(members)
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
    """Claims the role when it has been vacant for as long as this node has to be patient."""

    def __init__(self, name):
        self.name = name
        self.since = None

    def step(self, cursor, status, row, members, may_write):
        uuid = status.get("wsrep_gcomm_uuid")
        if not may_write or not vacant(row, members) or uuid not in members:
            self.since = None
            return False
        now = time.monotonic()
        self.since = now if self.since is None else self.since
        if now - self.since < patience(self.name, members, status):
            return False
        self.since = None
        return claim(cursor, row["epoch"], self.name, uuid)
