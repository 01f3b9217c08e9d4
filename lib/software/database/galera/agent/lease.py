"""The writer's role ends by itself: it is lent by a majority of the agents, for a short time and by a clock.

Each agent has one vote and lends it to one member at a time. The writer asks for all of them several times within the
lease. Its own lease counts from before it asked, and the votes from when they were given, so that the role has ended
here before another can have it, whatever happened to the machine, the programs or the network in between.

The row in the cluster's table (see `writer`) says who writes, and that it has all writes of those before it. The lease
says until when. An agent answers that its node is the writer only while both do.
"""

import http.client
import json
import secrets
import threading
import time

from .peers import AGENT, ask

# No vote is lent for longer, whatever the timeouts: an agent that has just started does not know what it lent before,
# and waits for as long.
LONGEST_SECONDS = 4.0
# The rest of the vote's time is for clocks that do not run alike and for an answer on its way to the network.
HOLDERS_SHARE = 0.9
ASKED_WITHIN_A_LEASE = 5
# A candidate that waits longer than this for votes would be late with its own looks at MariaDB.
PATIENCE_SECONDS = 0.8
# From this version of the program on agents lend votes.
FIRST_VERSION = 2


def now():
    """Goes on while the machine sleeps, while its processes are frozen, and whatever is done to the date."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Vote:
    """To whom this agent has lent its vote, until when."""

    def __init__(self, until=0.0, holder=None, token=None):
        self.lock = threading.Lock()
        self.until, self.holder, self.token = until, holder, token

    def lend(self, holder, token, seconds):
        """The holder gets it again, also after its agent was restarted: there is one agent a member."""
        with self.lock:
            if self.until > now() and self.holder != holder:
                return False
            self.until, self.holder, self.token = now() + min(seconds, LONGEST_SECONDS), holder, token
            return True

    def take_back(self, token):
        """What the holder gives back. A message that comes late names an older lease and changes nothing."""
        with self.lock:
            if token is not None and self.token == token:
                self.until, self.holder, self.token = 0.0, None, None

    def lent_to(self):
        """A member's name; "?" while an agent that has just started waits; None when it is free."""
        with self.lock:
            return (self.holder or "?") if self.until > now() else None

    def pack(self):
        """For the program after a reload. Lends no more from here on."""
        self.lock.acquire()
        return [self.until, self.holder, self.token]


class Lease:
    """The role of the writer, as far as this node has it."""

    def __init__(self, settings, vote, token=None, grants=None):
        self.settings, self.vote = settings, vote
        self.seconds = settings.lease_seconds
        # Read without the lock, so that an answer never waits.
        self.until = 0.0
        self.changed = threading.Condition()
        self.token, self.grants = token, dict(grants or {})
        self.electorate = Electorate(settings)
        self.job, self.number, self.asked = None, 0, 0.0
        # Who has not answered the last question yet.
        self.pending = set()
        for peer in settings.peers:
            threading.Thread(target=self.work, args=(peer,), daemon=True).start()

    @property
    def held(self):
        return self.until > now()

    def renew(self, epoch, since):
        """Asks everybody, in the background. `since`: when the look at MariaDB began that showed that this node may."""
        with self.changed:
            if self.held and since - self.asked < self.seconds / ASKED_WITHIN_A_LEASE:
                return
            if self.token is None:
                self.token, self.grants = secrets.token_hex(8), {}
            self.asked = since
            if self.vote.lend(self.settings.node, self.token, self.seconds):
                self.count(self.settings.node, since)
            self.order({"holder": self.settings.node, "token": self.token, "epoch": epoch, "seconds": self.seconds, "since": since})

    def acquire(self, epoch, since):
        """True when this node has the role; otherwise nothing is kept."""
        self.renew(epoch, since)
        with self.changed:
            self.changed.wait_for(lambda: self.held or not self.pending, PATIENCE_SECONDS)
            if self.held:
                return True
        self.give_back()
        return False

    def give_back(self):
        """The node has stopped saying that it is the writer before anybody hears of it."""
        with self.changed:
            self.until = 0.0
            token, self.token, self.grants = self.token, None, {}
            if token is not None:
                self.vote.take_back(token)
                self.order({"holder": self.settings.node, "token": token, "epoch": 0, "seconds": 0, "since": 0.0})

    def watch(self, members):
        """`members`: names in the primary component, at each look."""
        with self.changed:
            self.electorate.watch(members)

    def order(self, job):
        self.job, self.number = job, self.number + 1
        self.pending = {peer.name for peer in self.settings.peers}
        self.changed.notify_all()

    def count(self, name, since):
        self.grants[name] = since + self.seconds * HOLDERS_SHARE
        self.until = self.electorate.until(self.grants)

    def work(self, peer):
        done = 0
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.number != done)
                done, job = self.number, self.job
            granted = request(self.settings, peer, job)
            with self.changed:
                if done == self.number:
                    self.pending.discard(peer.name)
                if granted and job["seconds"] and job["token"] == self.token:
                    self.count(peer.name, job["since"])
                self.changed.notify_all()

    def pack(self):
        """For the program after a reload. Nothing changes any more."""
        self.changed.acquire()
        return [self.token, self.grants]


class Electorate:
    """Whose votes are enough: more than half of all members; or those of all that are in a component that has lasted.

    The second is for a cluster that is being made, and for one whose other members were stopped in good order and have
    no agent any more: Galera goes on with the rest.
    """

    def __init__(self, settings):
        self.majority, self.seconds = settings.majority, settings.lease_seconds
        self.members, self.since = frozenset(), 0.0

    def watch(self, members):
        if frozenset(members) != self.members:
            self.members, self.since = frozenset(members), now()

    def until(self, grants):
        """When the role ends, from the time at which each vote does."""
        ends = sorted(grants.values(), reverse=True)
        most = ends[self.majority - 1] if len(ends) >= self.majority else 0.0
        everybody = self.members and all(name in grants for name in self.members) and now() - self.since > self.seconds
        return max(most, min(grants[name] for name in self.members) if everybody else 0.0)


def request(settings, peer, job):
    """Asks one agent for its vote, or gives it back. True when it is lent."""
    try:
        connection = http.client.HTTPConnection(
            peer.address, settings.agent_port, timeout=settings.lease_seconds / 2, source_address=(settings.me.address, 0)
        )
        try:
            body = {name: job[name] for name in ("holder", "token", "epoch", "seconds")}
            connection.request("POST", "/lease", json.dumps(body))
            answer = connection.getresponse()
            text = answer.read(4096)
        finally:
            connection.close()
        if answer.status == 200:
            return json.loads(text).get("granted") is True
        return answer.status in (404, 501) and job["seconds"] > 0 and agrees_without_votes(settings, peer)
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return False


def agrees_without_votes(settings, peer):
    """An agent of the first version lends nothing. It goes by the row and by Galera's members, so that is asked."""
    answer = ask(peer, settings.agent_port, settings.lease_seconds / 2)
    said = answer.status
    return (
        answer.kind == AGENT
        and answer.version < FIRST_VERSION
        and answer.primary
        and settings.node in said.get("members", [])
        and said.get("writer") in (None, settings.node)
    )


class Request:
    """One for this agent's vote, as another agent sent it. Fields that are not known here are left alone."""

    def __init__(self, text):
        """ValueError when it is none."""
        try:
            said = json.loads(text)
            self.holder, self.token = str(said["holder"]), str(said["token"])
            self.epoch, self.seconds = int(said["epoch"]), float(said["seconds"])
        except (KeyError, TypeError, OverflowError, RecursionError) as problem:
            raise ValueError(f"no request for a vote: {problem}") from problem
        if not 0 <= self.seconds <= 60:
            raise ValueError("no time for a vote")
