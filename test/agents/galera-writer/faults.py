"""Random freezes and cuts: never two writers. `SEED` and `FAULTS` in the environment repeat a run, or make a longer one."""

import os
import random
import signal
import sys
import time
import unittest

from writer_support.cluster import Network, eventually, make, show, stop
from writer_support.prober import Prober

SEED = int(os.environ.get("SEED", "7"))
FAULTS = int(os.environ.get("FAULTS", "50"))
KINDS = ("agent", "database", "machine", "deaf", "mute", "cut")


class Faults:
    """One at a time, so that the two other members are a majority."""

    def __init__(self, nodes):
        self.nodes, self.network = nodes, Network()

    def begin(self, kind, node):
        others = [(node, other) for other in self.nodes if other is not node]
        if kind == "agent":
            node.signal(signal.SIGSTOP, node.agent)
        elif kind == "database":
            node.signal(signal.SIGSTOP, node.database)
        elif kind == "machine":
            node.signal(signal.SIGSTOP)
        elif kind == "deaf":
            self.network.cut(*((other, me) for me, other in others))
        elif kind == "mute":
            self.network.cut(*others)
        else:
            self.network.cut(*others, *((other, me) for me, other in others))

    def end(self, node):
        node.signal(signal.SIGCONT)
        self.network.mend()


class OneWriter(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.began = time.monotonic()
        cls.nodes = make()

    @classmethod
    def tearDownClass(cls):
        stop(cls.nodes)

    def test_no_two_agents_say_writer_at_once_whatever_stops_or_is_cut(self):
        chance = random.Random(SEED)
        faults, prober = Faults(self.nodes), Prober(self.nodes)
        self.assertTrue(eventually(prober.writer) or show(self.nodes))
        print(f"a cluster after {time.monotonic() - self.began:.1f} s", file=sys.stderr)
        began, moved, last, story = time.monotonic(), 0, prober.writer(), []
        for number in range(1, FAULTS + 1):
            writer = prober.writer() or last
            moved += writer is not last
            last = writer
            node = writer if chance.random() < 0.7 else chance.choice(self.nodes)
            kind = chance.choice(KINDS)
            # Most are shorter than Galera's patience or as long; then the role is where it is hard to say.
            seconds = chance.choice([chance.uniform(*span) for span in ((0.05, 0.4), (0.4, 0.9), (0.9, 1.3), (1.3, 1.9))])
            story.append((time.monotonic(), f"{kind} of {node.name}{' (writer)' if node is writer else ''} for {seconds:.2f} s"))
            faults.begin(kind, node)
            time.sleep(seconds)
            faults.end(node)
            # The next one may come before all is well again, but not when only one member is left.
            what = f"fault {number}, {kind} of {node.name}"
            together = eventually(lambda: all(member.is_synced() for member in self.nodes), 30)
            self.assertTrue(together or show(self.nodes), f"{what}: the members did not come together")
            self.assertTrue(eventually(prober.writer, 10) or show(self.nodes), f"{what}: nobody is the writer")
            time.sleep(chance.uniform(0, 0.3))
        prober.end()
        gaps = "\n  ".join(f"{gap:.2f} s: {what_happened(story, since, gap)}" for gap, since in prober.gaps()[:5])
        print(
            f"{FAULTS} faults (seed {SEED}) in {time.monotonic() - began:.1f} s, {prober.asked} questions, "
            f"{len(prober.yes)} times yes, the writer moved {moved} times; longest without one:\n  {gaps}",
            file=sys.stderr,
        )
        self.assertGreaterEqual(moved, FAULTS // 10)
        self.assertEqual(prober.both(), [])


def what_happened(story, since, gap):
    """The faults of a time without a writer, and the one before it."""
    before = [line for line in story if line[0] <= since][-1:]
    during = [line for line in story if since < line[0] < since + gap]
    return "; ".join(f"{at - since:+.2f} {what}" for at, what in before + during)


unittest.main()
