"""Makes sure that the address is on this machine while it is elected and its load balancer serves.

There is one elected machine, except while the machines do not hear each other. Then several may believe that they are
elected, and the API, which all of them may still reach, would move the address for each of them in turn. So a machine that
had the address and lost it lets go: it leaves the address where it is for as long as visitors are answered there.
"""

import random
import time

from .problem import Problem

# Between looks while something is under way.
SOON_SECONDS = 0.5
# While another has the address: how often it is asked whether it answers.
WATCH_SECONDS = 2.0
# What the API says may lag behind what it accepted.
SETTLE_SECONDS = 5.0
# A claim that the machine before made may come into effect after ours, for so long after the election.
LATE_CLAIM_SECONDS = 30.0
# Failures in a row that make an address silent.
SILENT_LOOKS = 3
# Who never got an answer may be the one that reaches nothing: it does not believe in silence so soon.
BLIND_SECONDS = 60.0
# Between claims of an address that was let go and is silent; doubled each time.
PATIENCE_SECONDS, MOST_PATIENCE_SECONDS = 10.0, 600.0
# Between tries after a failure; doubled each time.
RETRY_SECONDS, MOST_RETRY_SECONDS = 0.5, 15.0
# Without being elected: a credential that has ended is found before it is needed.
STANDBY_SECONDS, STANDBY_RETRY_SECONDS = 300.0, 60.0


class Term:
    """From an election that this machine won to its end."""

    def __init__(self, number, now):
        self.number = number
        self.began = now
        self.claimed_at = None
        self.had_it = False
        # Seconds from the election until the address was here.
        self.took = 0.0
        self.took_it_back = False
        self.let_go = False
        self.let_go_at = now
        self.answered = False
        self.silent = 0
        self.patience = 0.0
        self.next_claim = now

    def holds(self, now):
        if not self.had_it:
            self.took = now - self.began
        self.had_it = True
        self.let_go = False
        self.silent = 0

    def settles(self, now):
        return self.claimed_at is not None and not self.had_it and now - self.claimed_at < SETTLE_SECONDS

    def may_claim(self, holder, now, answers):
        if holder.name is None or (self.claimed_at is None and not self.had_it):
            return True
        if not self.took_it_back and now - self.began < LATE_CLAIM_SECONDS:
            return True
        if not self.let_go:
            self.let_go = True
            self.let_go_at = now
            self.answered = False
        if answers(holder):
            self.answered = True
            self.silent = 0
            return False
        self.silent += 1
        seeing = self.answered or now >= self.let_go_at + BLIND_SECONDS
        return seeing and self.silent >= SILENT_LOOKS and now >= self.next_claim

    def claimed(self, now):
        if self.let_go:
            self.silent = 0
            self.patience = min(MOST_PATIENCE_SECONDS, self.patience * 2 or PATIENCE_SECONDS)
            self.next_claim = now + self.patience
        elif self.claimed_at is not None or self.had_it:
            self.took_it_back = True
        self.claimed_at = now
        self.had_it = False


class Reconciler:
    def __init__(self, settings, api, election, entrance):
        self.settings = settings
        self.api = api
        self.election = election
        self.entrance = entrance
        self.term = None
        self.failures = 0
        self.told = None

    def run(self):
        while True:
            self.election.wait(self.step())

    def step(self):
        """Looks once and does what is to be done. Returns the seconds until the next time."""
        number = self.election.term()
        if number is None:
            return self.stand_by()
        now = time.monotonic()
        if self.term is None:
            self.failures = 0
        if self.term is None or self.term.number != number:
            self.term = Term(number, now)
        try:
            wait = self.reconcile(self.term)
            self.failures = 0
            return wait
        except Problem as problem:
            return self.try_again(problem)

    def reconcile(self, term):
        holder = self.api.look()
        now = time.monotonic()
        if holder.mine:
            term.holds(now)
            self.tell(f"elected; has {self.settings.address} since {term.took:.1f} s after the election")
            return self.settings.poll_seconds
        name = holder.name or "nobody"
        if holder.moving:
            self.tell(f"elected; {self.settings.address} is on {name} and being moved")
            return SOON_SECONDS
        if term.settles(now):
            return SOON_SECONDS
        if not term.may_claim(holder, now, self.entrance.answers):
            self.tell(f"elected, but {name} took {self.settings.address}; lets go while visitors are answered there")
            return WATCH_SECONDS
        # Time has passed since this machine was elected: it may be another's turn now.
        if self.election.term() != term.number:
            return 0.0
        if not self.entrance.ready():
            self.tell("elected, but the load balancer of this machine does not serve")
            return SOON_SECONDS
        self.tell(f"elected; claims {self.settings.address}, which is on {name}")
        self.api.claim()
        term.claimed(time.monotonic())
        return 0.0

    def stand_by(self):
        if self.term is not None:
            self.tell(f"not elected any more; claims {self.settings.address} no longer")
            self.term = None
            return STANDBY_RETRY_SECONDS
        try:
            holder = self.api.look()
            self.tell(f"not elected; {self.settings.address} is on {holder.name or 'nobody'}")
            return STANDBY_SECONDS
        except Problem as problem:
            self.tell(f"not elected, and could not claim {self.settings.address} now: {problem}")
            return STANDBY_RETRY_SECONDS

    def try_again(self, problem):
        wait = min(MOST_RETRY_SECONDS, RETRY_SECONDS * 2 ** min(self.failures, 10))
        self.failures += 1
        self.tell(f"elected; tries again: {problem}")
        # Machines that failed together must not come back together.
        return max(problem.retry_after or 0.0, wait * random.uniform(0.5, 1.0))

    def tell(self, text):
        """For the journal, when it changes."""
        if text != self.told:
            self.told = text
            print(text, flush=True)
