import unittest

from beehive_galera import keeper, mariadb, peers, settings, since_start, writer
from beehive_galera.keeper import grace, verdict
from beehive_galera.mariadb import NO_UUID

here = settings.load("shop-db")
OURS, THEIRS = "1" * 36, "2" * 36


def at(*positions):
    """For db-a, db-b and db-c: (uuid, seqno), None for a position that is not known yet, or the kind of silence."""
    made = []
    for member, position in zip(here.members, positions):
        if isinstance(position, str):
            made.append(peers.Answer(member, position))
        else:
            known = None if position is None else {"uuid": position[0], "seqno": position[1]}
            made.append(peers.Answer(member, peers.AGENT, {"position": known}))
    return made


class Recovery(unittest.TestCase):
    def leader(self, *positions):
        return verdict(here, at(*positions))[0]

    def test_the_member_with_the_most_writes_leads(self):
        self.assertEqual(self.leader((OURS, 7), (OURS, 9), (OURS, 8)), "db-b")

    def test_among_equals_the_first_name_leads(self):
        self.assertEqual(self.leader((OURS, 7), (OURS, 9), (OURS, 9)), "db-b")

    def test_an_empty_member_does_not_lead(self):
        self.assertEqual(self.leader((NO_UUID, -1), (OURS, 3), (OURS, 3)), "db-b")

    def test_nobody_leads_while_one_is_silent(self):
        for kind in (peers.SILENT, peers.ABSENT, peers.RUNNING):
            self.assertIsNone(self.leader((OURS, 7), (OURS, 9), kind))

    def test_nobody_leads_while_a_position_is_unknown(self):
        self.assertIsNone(self.leader((OURS, 7), (OURS, 9), None))
        self.assertIsNone(self.leader((OURS, 7), (OURS, 9), (OURS, -1)))

    def test_nobody_leads_when_the_members_hold_different_clusters(self):
        self.assertIsNone(self.leader((OURS, 7), (THEIRS, 9), (OURS, 8)))

    def test_nobody_leads_when_nobody_has_data(self):
        self.assertIsNone(self.leader((NO_UUID, -1), (NO_UUID, -1), (NO_UUID, -1)))


def started(served, *positions):
    return [peers.Answer(a.member, a.kind, {**a.status, "served": served}) for a in at(*positions)]


class Grace(unittest.TestCase):
    def test_members_that_served_may_find_each_other_first(self):
        self.assertEqual(grace(here, started(True, (OURS, 7), (OURS, 7), (OURS, 7))), here.inactive_seconds + 10)

    def test_an_agent_that_does_not_say_is_one_that_served(self):
        self.assertEqual(grace(here, at((OURS, 7), (OURS, 7), (OURS, 7))), here.inactive_seconds + 10)

    def test_after_a_power_loss_galera_needs_a_moment_where_all_are_at_the_same_position_and_for_ever_where_not(self):
        self.assertEqual(grace(here, started(False, (OURS, 7), (OURS, 7), (OURS, 7))), keeper.UNTRIED_SECONDS)
        self.assertEqual(grace(here, started(False, (OURS, 7), (OURS, 8), (OURS, 7))), 0)

    def test_fields_of_a_later_version_are_left_alone(self):
        answers = [peers.Answer(a.member, a.kind, {"position": {**a.status["position"], "colour": "blue"}}) for a in at((OURS, 7), (OURS, 9), (OURS, 8))]
        self.assertEqual(verdict(here, answers)[0], "db-b")


class SinceStart(unittest.TestCase):
    def setUp(self):
        self.kept, since_start.VIEW = since_start.VIEW, "/tmp/gvwstate.dat"
        settings.write_text(since_start.VIEW, "view 1")

    def tearDown(self):
        since_start.VIEW = self.kept

    def test_a_component_or_a_stop_in_good_order_is_seen(self):
        self.assertFalse(since_start.untouched(here))
        since_start.begin(here)
        self.assertTrue(since_start.untouched(here))
        settings.write_text(since_start.VIEW, "view 2")
        self.assertFalse(since_start.untouched(here))
        since_start.begin(here)
        settings.remove(since_start.VIEW)
        self.assertFalse(since_start.untouched(here))

    def test_who_has_served_says_so_until_the_next_start(self):
        since_start.begin(here)
        self.assertFalse(since_start.served(here))
        since_start.note_served(here)
        self.assertTrue(since_start.served(here))
        since_start.begin(here)
        self.assertFalse(since_start.served(here))

    def test_a_position_is_kept_for_one_start(self):
        since_start.keep_position(here, mariadb.Position(OURS, 7))
        self.assertEqual(since_start.kept_position(here), mariadb.Position(OURS, 7))
        self.assertIsNone(since_start.kept_position(here))


class ComesBack(unittest.TestCase):
    """While others serve."""

    def setUp(self):
        self.called, self.full = [], []
        self.kept = mariadb.systemctl, writer.room, keeper.LEFT_SECONDS
        mariadb.systemctl = lambda *words, **_: self.called.append(words) or (0, "")
        writer.room = lambda _: self.full
        keeper.LEFT_SECONDS = 0
        self.keeper = keeper.Keeper(here)

    def tearDown(self):
        mariadb.systemctl, writer.room, keeper.LEFT_SECONDS = self.kept

    def told(self, **status):
        self.keeper.come_back(status)
        return self.keeper.told["text"]

    def test_one_that_lost_the_component_is_left_to_galera(self):
        self.assertIn("joins it by itself", self.told(state="Initialized", component="non-Primary"))
        self.assertEqual(self.called, [])

    def test_one_that_was_voted_out_is_started_anew_once_a_minute(self):
        self.assertIn("voted it out", self.told(state="Inconsistent", component="Disconnected"))
        self.told(state="Inconsistent", component="Disconnected")
        self.assertEqual(self.called, [("restart", "--no-block", "mariadb.service")])

    def test_not_before_its_disk_has_room(self):
        self.full = ["the disk is full: 3 of 1000 MiB are free"]
        self.assertIn("3 of 1000 MiB are free", self.told(state="Inconsistent", component="Disconnected"))
        self.assertEqual(self.called, [])
        self.full = []
        self.told(state="Inconsistent", component="Disconnected")
        self.assertEqual(len(self.called), 1)

    def test_one_that_was_drained_is_left_alone(self):
        settings.write_text(here.drain_file, "")
        try:
            self.assertIn("drained", self.told(state="Synced", component="Disconnected"))
            self.assertEqual(self.called, [])
        finally:
            settings.remove(here.drain_file)


unittest.main()
