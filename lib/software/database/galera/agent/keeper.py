"""Brings a cluster back after all of its members went down, and remembers that the cluster exists.

Galera restores a primary component by itself when all members of the last one return. Where that does not happen, the
member with the most writes starts alone and the others join it. Two primary components must never come from it, so
that it happens only when every member answers and every other member has stopped its MariaDB for it:

1. Everybody answers, nobody is primary, and that lasts longer than Galera's own recovery needs.
2. The one with the highest position (then the first name) says that it leads and stops its MariaDB.
3. The others see it, stop theirs, and say that they wait for it.
4. When all wait, the leader makes the component; the others see it and join.

With any member silent nothing is done: it may be the one with the most writes, or it may be serving. Members
that were at different positions cannot do it without help, so that nobody waits for them.

It also starts a MariaDB anew that the others voted out, because it could not do what they did: that one never comes back
by itself.
"""

import os
import time

import pymysql

from . import accounts, mariadb, since_start, writer
from .peers import AGENT, ask_all
from .settings import UNIT, Refusal, read_json, remove, write_json
from .start import bootstrap, locked, remember

LEADS, WAITS = "leads", "waits"
TICK_SECONDS = 1.0
# Each step of a recovery is a tick on one member that another waits for.
RECOVERY_TICK_SECONDS = 0.3
EXPIRY_SECONDS = 60
STOP_SECONDS = 5
# Galera's own recovery, when nobody has served since the start.
UNTRIED_SECONDS = 6
# Between two starts of a MariaDB that was voted out; a copy of all data takes as long or longer.
VOTED_OUT, DISCONNECTED = "Inconsistent", "Disconnected"
RESTART_SECONDS, LEFT_SECONDS = 60, 5


def grace(settings, answers):
    """Pure: how long Galera may try alone.

    Members find each other within the inactive timeout; their own recovery then takes a moment. Where nobody has served
    since it was started, which is so after a power loss, they begin at once: it takes 2 to 3 s when all are at the same
    position, and never ends when they are not (seen with galera-4 26.4.23: "NON-PRIMARY" for as long as one waits).
    """
    if not all(answer.untried for answer in answers):
        return settings.inactive_seconds + 10
    return UNTRIED_SECONDS if len({answer.position for answer in answers}) == 1 else 0.0


def verdict(settings, answers):
    """Pure: the member that should lead, or None and what is in the way."""
    missing = [answer.name for answer in answers if answer.kind != AGENT]
    if missing:
        return None, f"waiting for {', '.join(missing)}: it does not answer and may have the most writes"
    positions = {a.name: mariadb.Position(*a.position) for a in answers if a.position}
    known = {name: position for name, position in positions.items() if position.known and position.seqno >= 0}
    # Not looked at since the machine is up, or a history that could not be read: it may have the most writes.
    unread = [a.name for a in answers if a.name not in positions or (positions[a.name].known and a.name not in known)]
    if unread:
        return None, f"waiting for {', '.join(unread)}: its position is not known yet"
    if not known:
        return None, "no member has data"
    if len({position.uuid for position in known.values()}) > 1:
        listed = ", ".join(f"{name} {position.uuid}" for name, position in sorted(known.items()))
        return None, f"the members hold different clusters ({listed}); decide by hand which one counts"
    most = max(position.seqno for position in known.values())
    return min(name for name, position in known.items() if position.seqno == most), f"most writes: {most}"


class Keeper:
    def __init__(self, settings):
        self.settings = settings
        # Restarted in the middle: the MariaDB that it stopped must not stay stopped.
        before = (read_json(f"{settings.run}/keeper.json") or {}).get("recovery") or {}
        self.phase = before.get("phase")
        self.leader = before.get("leader")
        self.since = None
        self.expired_at = 0.0
        self.left_since = self.restarted_at = None
        self.recovering = False
        self.told = None

    def run(self):
        while True:
            try:
                self.tick()
            except (OSError, Refusal, pymysql.MySQLError) as problem:
                self.tell(f"trying again: {problem}")
            time.sleep(RECOVERY_TICK_SECONDS if self.recovering else TICK_SECONDS)

    def tick(self):
        settings = self.settings
        answers = ask_all(settings.members, settings.agent_port)
        mine = next(answer for answer in answers if answer.name == settings.node)
        self.recovering = not any(answer.primary for answer in answers)
        if mine.primary:
            self.serving(mine.status)
        elif any(answer.primary for answer in answers):
            self.release("another member serves")
            self.come_back(mine.status)
        else:
            self.nobody_serves(answers, mine.status)

    def serving(self, status):
        self.phase = self.leader = self.since = self.left_since = None
        self.tell(None)
        since_start.note_served(self.settings)
        remember(self.settings, status["clusterUuid"], status["size"] or 0)
        if status["isWriter"] and time.monotonic() - self.expired_at > EXPIRY_SECONDS:
            self.expired_at = time.monotonic()
            with mariadb.connect() as connection, connection.cursor() as cursor:
                accounts.expire_old_passwords(cursor)

    def come_back(self, status):
        """Galera joins a component again that it lost; not one that it left."""
        full = writer.room(mariadb.DATADIR)
        if status.get("state") != VOTED_OUT and status.get("component") != DISCONNECTED:
            self.left_since = None
            self.tell(f"not in the primary component, and {full[0]}. Make room" if full else "not in the primary component; MariaDB joins it by itself")
            return
        now = time.monotonic()
        self.left_since = now if self.left_since is None else self.left_since
        why = "the others voted it out, because it could not do what they did" if status.get("state") == VOTED_OUT else "it left the cluster"
        if os.path.exists(self.settings.drain_file):
            self.tell(f"left alone, because it is drained: {why}")
        elif full:
            self.tell(f"not started again: {why}, and {full[0]}. Make room; it comes back by itself then")
        elif now - self.left_since < LEFT_SECONDS or (self.restarted_at is not None and now - self.restarted_at < RESTART_SECONDS):
            self.tell(f"MariaDB is started anew soon: {why}")
        else:
            self.restarted_at = now
            self.tell(f"MariaDB is started anew and copies what it lacks: {why}")
            with locked(self.settings):
                mariadb.systemctl("restart", "--no-block", UNIT)

    def nobody_serves(self, answers, status):
        # MariaDB may run outside of a primary component: its position on disk is then older than it is.
        if status.get("seqno") is not None and status["seqno"] >= 0 and (self.settings.marker or {}).get("uuid"):
            self.write_position(mariadb.Position(self.settings.marker["uuid"], status["seqno"]))
        leader, why = verdict(self.settings, answers)
        if leader is None:
            self.since = None
            if self.phase == LEADS:
                self.release(why)
            self.tell(why)
            return
        begun = any(answer.recovery.get("phase") for answer in answers)
        self.since = time.monotonic() if self.since is None else self.since
        left = grace(self.settings, answers) - (time.monotonic() - self.since)
        if left > 0 and not begun:
            self.tell(f"nobody serves; {leader} leads ({why}) unless Galera recovers by itself")
        elif leader == self.settings.node:
            self.lead(answers)
        else:
            self.wait_for(leader, answers)

    def lead(self, answers):
        if self.phase != LEADS:
            self.hold(LEADS, self.settings.node)
            return
        others = [answer for answer in answers if answer.name != self.settings.node]
        late = [a.name for a in others if a.recovery.get("phase") != WAITS or a.recovery.get("leader") != self.settings.node]
        if late:
            self.tell(f"leads; waiting until {', '.join(late)} has stopped MariaDB")
            return
        with locked(self.settings):
            self.tell("leads; makes the primary component")
            if not mariadb.is_primary():
                bootstrap(self.settings)

    def wait_for(self, leader, answers):
        theirs = next(answer for answer in answers if answer.name == leader).recovery
        if theirs.get("phase") == LEADS:
            if self.phase != WAITS or self.leader != leader:
                self.hold(WAITS, leader)
            self.tell(f"waits for {leader}, which has the most writes")
        elif self.phase == LEADS or self.leader not in (None, leader):
            self.release(f"{leader} has more writes")
        elif self.phase is None:
            self.tell(f"{leader} should lead, and has not begun")

    def hold(self, phase, leader):
        """MariaDB is stopped before anybody is told so."""
        with locked(self.settings):
            # The rollout may have held the lock until now, and made the cluster.
            if mariadb.is_primary():
                self.tell("serves again")
                return
            position = self.position_of_this_start() if self.stop() else None
            if position is None:
                position = mariadb.recovered_position()
                since_start.keep_position(self.settings, position)
            elif since_start.untouched(self.settings):
                since_start.keep_position(self.settings, position)
            self.write_position(position)
            # Or the others of this view could become primary without the leader when they are started again.
            remove(since_start.VIEW)
        self.phase, self.leader = phase, leader
        self.tell(f"{'leads' if phase == LEADS else f'waits for {leader}'}: MariaDB is stopped at {position.seqno}")

    def position_of_this_start(self):
        """As it was before MariaDB was started: it has not been ready since, so that nobody wrote to it."""
        known = read_json(f"{self.settings.run}/position.json") or {}
        return mariadb.Position(known["uuid"], known["seqno"]) if known.get("seqno", -1) >= 0 else None

    def stop(self):
        """True when it was still being started."""
        starting = mariadb.is_starting()
        mariadb.systemctl("stop", "--no-block", UNIT)
        # While it looks for a component, it does not hear that it should stop.
        deadline = time.monotonic() + (0 if starting else STOP_SECONDS)
        while mariadb.systemctl("show", "-P", "ActiveState", UNIT)[1] not in ("inactive", "failed"):
            if time.monotonic() > deadline:
                # It serves nobody, and InnoDB writes every commit to disk: this loses nothing.
                mariadb.systemctl("kill", "--signal=KILL", UNIT)
            time.sleep(0.1)
        return starting

    def release(self, why):
        if self.phase is not None:
            self.phase = self.leader = None
            self.tell(f"starts MariaDB: {why}")
            mariadb.systemctl("start", "--no-block", UNIT)
        self.since = None

    def write_position(self, position):
        write_json(f"{self.settings.run}/position.json", {"uuid": position.uuid, "seqno": position.seqno})

    def tell(self, text):
        """For /status on every member, and for the journal when it changes."""
        value = None if text is None else {"phase": self.phase, "leader": self.leader, "text": text}
        if value != self.told:
            self.told = value
            write_json(f"{self.settings.run}/keeper.json", {"recovery": value})
            print(text or "serving", flush=True)
