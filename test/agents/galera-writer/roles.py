"""How the role moves, and how agents of two versions go on together."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
import unittest

from beehive_galera.start import remember

from writer_support.cluster import CLIENT, eventually, make, show, stop
from writer_support.prober import Prober, ask

LIBRARY, FIRST_VERSION = "/usr/local/lib/beehive", "/usr/local/lib/beehive-version-1"


def lease(node, body, source=CLIENT):
    connection = http.client.HTTPConnection(node.address, node.port, timeout=2, source_address=(source, 0))
    connection.request("POST", "/lease", body)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text


class Roles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.nodes = make(agents=False)
        for node in cls.nodes:
            # As the keeper does.
            remember(node.settings, "of the cluster", len(cls.nodes))
        with cls.nodes[0].connect() as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE beehive.test_rows (n INT PRIMARY KEY)")

    @classmethod
    def tearDownClass(cls):
        stop(cls.nodes)

    def setUp(self):
        if all(node.library == LIBRARY and node.agent and node.agent.poll() is None for node in self.nodes):
            self.probe()
        else:
            self.start(LIBRARY, LIBRARY, LIBRARY)

    def tearDown(self):
        self.prober.ended = True
        for node in self.nodes:
            node.signal(signal.SIGCONT)

    def start(self, *libraries):
        for node, library in zip(self.nodes, libraries):
            if node.agent is not None and node.agent.poll() is None:
                node.agent.kill()
                node.agent.wait()
            node.write_launcher(library)
            node.start_agent()
        self.probe()

    def probe(self):
        self.prober = Prober(self.nodes)
        self.assertTrue(eventually(self.prober.writer) or show(self.nodes), "nobody became the writer")
        self.assertTrue(eventually(lambda: all(ask(node, "/reader") == 200 for node in self.nodes)) or show(self.nodes))
        self.writer = self.prober.writer()
        self.others = [node for node in self.nodes if node is not self.writer]
        self.before = self.epoch()

    def say(self, what):
        print(f"{self.id().split('.')[-1]}: {what}", file=sys.stderr)

    def stays(self, seconds):
        """Nobody else has had the role. Returns for how long no answer said so."""
        time.sleep(seconds)
        self.prober.end()
        self.assertEqual(({name for name, *_ in self.prober.yes}, self.epoch()), ({self.writer.name}, self.before))
        return self.prober.gaps()[0][0]

    def epoch(self):
        with self.nodes[0].connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT epoch FROM beehive.writer")
            return cursor.fetchone()[0]

    def test_another_takes_the_role_of_an_agent_that_hangs_and_it_stays_there(self):
        began = time.monotonic()
        self.writer.signal(signal.SIGSTOP, self.writer.agent)
        self.assertTrue(eventually(lambda: any(ask(node) == 200 for node in self.others)) or show(self.nodes))
        self.say(f"another is the writer after {time.monotonic() - began:.2f} s")
        time.sleep(1)
        self.writer.signal(signal.SIGCONT)
        time.sleep(1)
        self.prober.end()
        self.assertEqual(self.prober.both(), [])
        self.assertNotEqual(self.prober.yes[-1][0], self.writer.name)

    def test_a_node_that_is_drained_gives_the_role_away_before_another_has_it(self):
        command = ["/usr/bin/python3", "-B", f"{self.writer.folder}/launch.py", "--group", self.writer.name]
        try:
            done = subprocess.run([*command, "drain"], capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("is drained", done.stdout)
        finally:
            subprocess.run([*command, "undrain"], check=True)
        time.sleep(0.5)
        self.prober.end()
        self.assertEqual(self.prober.both(), [])
        self.assertNotEqual(self.prober.yes[-1][0], self.writer.name)
        self.say(f"{self.prober.gaps()[0][0]:.2f} s without a writer")

    def test_a_writer_without_room_on_its_disk_gives_the_role_to_one_with_room_and_is_read_on(self):
        full = f"{self.writer.folder}/full"
        with open(full, "w", encoding="utf-8"):
            pass
        try:
            self.assertTrue(eventually(lambda: any(ask(node) == 200 for node in self.others)) or show(self.nodes))
            self.assertEqual(ask(self.writer, "/reader"), 200)
        finally:
            os.unlink(full)
        time.sleep(0.5)
        self.prober.end()
        self.assertEqual(self.prober.both(), [])
        self.say(f"{self.prober.gaps()[0][0]:.2f} s without a writer")

    def test_a_reload_of_the_program_is_not_seen(self):
        for node in [self.writer, *self.others]:
            node.signal(signal.SIGHUP, node.agent)
            time.sleep(1)
        self.say(f"{self.stays(0.5):.2f} s without an answer")

    def test_an_agent_that_is_restarted_finds_its_role_again(self):
        self.writer.agent.kill()
        self.writer.agent.wait()
        self.writer.start_agent()
        self.say(f"{self.stays(4):.2f} s without a writer")

    def test_a_node_that_was_away_is_not_read_until_it_is_a_member_again(self):
        reader = self.others[0]
        for number, seconds in enumerate((1.05, 1.2, 1.35, 1.5, 2.5)):
            reader.signal(signal.SIGSTOP)
            time.sleep(seconds)
            with self.writer.connect() as connection, connection.cursor() as cursor:
                cursor.execute("INSERT INTO beehive.test_rows VALUES (%s)", (number,))
            reader.signal(signal.SIGCONT)
            self.assertTrue(eventually(lambda: ask(reader, "/reader") == 200, every=0.005) or show(self.nodes))
            # It may be a moment behind, as every reader; one that has not joined again lacks all of it.
            self.assertTrue(eventually(lambda: self.has(reader, number), 0.5))

    def has(self, node, number):
        with node.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM beehive.test_rows WHERE n = %s", (number,))
            return cursor.fetchone() is not None

    def test_a_vote_is_lent_to_members_only_and_fields_of_a_later_version_are_left_alone(self):
        asked = {"holder": self.writer.name, "token": "t", "epoch": 99, "seconds": 1}
        self.assertEqual(lease(self.others[0], json.dumps(asked))[0], 403)
        self.assertEqual(lease(self.others[0], json.dumps(asked), self.others[1].address)[0], 403)
        status, text = lease(self.others[0], json.dumps({**asked, "colour": "blue"}), self.writer.address)
        self.assertEqual((status, json.loads(text)["granted"]), (200, True))
        stranger = {**asked, "holder": self.others[1].name}
        status, text = lease(self.others[0], json.dumps(stranger), self.others[1].address)
        self.assertEqual((status, json.loads(text)["granted"]), (200, False))
        old = {**asked, "epoch": -1}
        self.assertFalse(json.loads(lease(self.others[0], json.dumps(old), self.writer.address)[1])["granted"])
        for text in ("", "[]", "null", '{"holder": "db-a"}', "{" * 1000, json.dumps({**asked, "seconds": "NaN"})):
            self.assertEqual(lease(self.others[0], text, self.writer.address)[0], 400, text)
        self.assertEqual(lease(self.others[0], " " * 5000, self.writer.address)[0], 404)
        self.stays(1)

    def test_the_role_of_an_agent_of_the_first_version_is_left_where_it_is(self):
        self.start(FIRST_VERSION, FIRST_VERSION, FIRST_VERSION)
        old = self.writer
        self.start(*(FIRST_VERSION if node is old else LIBRARY for node in self.nodes))
        # Longer than any lease and than an agent waits that has just begun.
        time.sleep(5)
        self.assertEqual((self.prober.writer(), self.epoch()), (old, self.before))

    def test_an_upgrade_of_one_agent_after_the_other_moves_nothing_and_ends_in_leases(self):
        self.start(FIRST_VERSION, FIRST_VERSION, FIRST_VERSION)
        for node in [self.writer, *self.others]:
            node.write_launcher(LIBRARY)
            node.signal(signal.SIGHUP, node.agent)
            time.sleep(1.5)
        self.say(f"{self.stays(3):.2f} s without an answer")
        self.prober = Prober(self.nodes)
        self.writer.signal(signal.SIGSTOP, self.writer.agent)
        self.assertTrue(eventually(lambda: any(ask(node) == 200 for node in self.others)) or show(self.nodes))
        self.assertEqual(self.prober.end().both(), [])

    def test_an_agent_of_the_first_version_takes_a_role_that_was_given_back(self):
        names = [node.name for node in self.others]
        self.start(*(LIBRARY if node is self.writer else FIRST_VERSION for node in self.nodes))
        drain = f"{self.writer.settings.run}/drain"
        with open(drain, "w", encoding="utf-8"):
            pass
        try:
            self.assertTrue(eventually(lambda: any(ask(node) == 200 for node in self.nodes if node.name in names)) or show(self.nodes))
        finally:
            os.unlink(drain)


unittest.main()
