import unittest
from dataclasses import replace

from beehive_galera import mariadb, peers, settings, start
from beehive_galera.mariadb import NO_UUID, Position
from beehive_galera.returning import unmet
from beehive_galera.start import BOOTSTRAP, JOIN, REFUSE, Local, decide, donor_order

here = settings.load("shop-db")
OURS, THEIRS = "1" * 36, "2" * 36
VIRGIN = Local(Position(NO_UUID, -1), False, False, False, ())


def answers(*kinds):
    """For db-b and db-c: a kind, or the status that the agent gives."""
    made = []
    for member, kind in zip(here.peers, kinds):
        is_status = isinstance(kind, dict)
        made.append(peers.Answer(member, peers.AGENT if is_status else kind, kind if is_status else {}))
    return made


def serving(uuid=OURS, **more):
    return {"primary": True, "clusterUuid": uuid, "synced": True, **more}


def down(seqno, uuid=OURS):
    return {"primary": False, "position": {"uuid": uuid, "seqno": seqno}}


class Returning(unittest.TestCase):
    def test_a_node_waits_for_members_that_a_deploy_has_still_to_reach(self):
        self.assertEqual(unmet(answers(peers.ABSENT, peers.ABSENT)), ["db-b", "db-c"])
        self.assertEqual(unmet(answers(down(9), peers.ABSENT)), ["db-c"])

    def test_the_last_one_waits_for_nobody(self):
        self.assertEqual(unmet(answers(down(9), down(8))), [])

    def test_nobody_waits_where_another_serves_or_may_serve(self):
        for other in (serving(), peers.RUNNING, peers.SILENT):
            self.assertEqual(unmet(answers(other, peers.ABSENT)), [])


class Bootstrap(unittest.TestCase):
    def decided(self, local, *kinds, me=here):
        return decide(me, local, answers(*kinds))[0]

    def test_the_first_member_makes_the_cluster_when_the_others_have_nothing(self):
        self.assertEqual(self.decided(VIRGIN, peers.ABSENT, peers.ABSENT), BOOTSTRAP)

    def test_no_other_member_makes_the_cluster(self):
        self.assertEqual(self.decided(VIRGIN, peers.ABSENT, peers.ABSENT, me=replace(here, node="db-b")), REFUSE)

    def test_a_reinstalled_first_member_joins_the_cluster_that_serves(self):
        self.assertEqual(self.decided(VIRGIN, serving(), peers.SILENT), JOIN)

    def test_a_reinstalled_first_member_makes_no_cluster_while_a_machine_is_silent(self):
        self.assertEqual(self.decided(VIRGIN, peers.SILENT, peers.ABSENT), REFUSE)

    def test_a_reinstalled_first_member_makes_no_cluster_while_another_remembers_one(self):
        self.assertEqual(self.decided(VIRGIN, {"primary": False, "formed": {"uuid": OURS}}, peers.ABSENT), JOIN)

    def test_a_reinstalled_first_member_makes_no_cluster_while_galera_runs_without_an_agent(self):
        self.assertEqual(self.decided(VIRGIN, peers.RUNNING, peers.ABSENT), JOIN)

    def test_a_member_that_lost_its_data_makes_no_empty_cluster(self):
        lost = Local(Position(NO_UUID, -1), False, True, True, ())
        self.assertEqual(self.decided(lost, peers.ABSENT, peers.ABSENT), REFUSE)

    def test_databases_of_somebody_else_are_not_erased(self):
        self.assertEqual(self.decided(Local(Position(NO_UUID, -1), False, False, False, ("blog",)), serving(), serving()), REFUSE)

    def test_what_a_copy_left_that_was_cut_off_is_no_reason_to_refuse(self):
        self.assertEqual(self.decided(Local(Position(NO_UUID, -1), False, True, False, ("shop",)), serving(), serving()), JOIN)

    def test_data_of_another_cluster_is_not_erased(self):
        self.assertEqual(self.decided(Local(Position(OURS, 9), False, True, True, ()), serving(THEIRS), serving(THEIRS)), REFUSE)

    def test_the_last_member_that_stopped_begins_again(self):
        self.assertEqual(self.decided(Local(Position(OURS, 9), True, True, True, ()), down(8), peers.ABSENT), BOOTSTRAP)

    def test_the_last_member_that_stopped_waits_for_a_silent_one(self):
        self.assertEqual(self.decided(Local(Position(OURS, 9), True, True, True, ()), down(8), peers.SILENT), JOIN)

    def test_the_last_member_that_stopped_waits_for_one_with_more_writes(self):
        self.assertEqual(self.decided(Local(Position(OURS, 9), True, True, True, ()), down(10), peers.ABSENT), JOIN)

    def test_the_last_member_that_stopped_waits_while_a_recovery_is_under_way(self):
        leads = {**down(9), "recovery": {"phase": "leads", "leader": "db-b"}}
        self.assertEqual(self.decided(Local(Position(OURS, 9), True, True, True, ()), leads, down(9)), JOIN)
        waits = Local(Position(OURS, 9), True, True, True, (), recovering=True)
        self.assertEqual(self.decided(waits, down(9), down(9)), JOIN)

    def test_a_member_that_crashed_never_begins_alone(self):
        self.assertEqual(self.decided(Local(Position(OURS, -1), False, True, True, ()), peers.ABSENT, peers.ABSENT), JOIN)

    def test_an_empty_member_with_an_older_mariadb_joins_only_where_one_of_its_own_serves(self):
        old = replace(VIRGIN, release=(10, 11))
        serves = lambda version: serving(mariadb=version)
        newer, same = serves("11.8.9-MariaDB-0+deb13u1"), serves("10.11.19-MariaDB-0+deb12u1")
        what, why = decide(here, old, answers(newer, newer))
        self.assertEqual(what, REFUSE)
        self.assertIn("it has MariaDB 10.11 and no data, and those that serve are newer (db-b 11.8, db-c 11.8)", why)
        for kinds in ((newer, same), (same, same), (newer, serving()), (newer, peers.SILENT)):
            expected = REFUSE if kinds[1] == peers.SILENT else JOIN
            self.assertEqual(self.decided(old, *kinds), expected, kinds)
        self.assertEqual(self.decided(replace(VIRGIN, release=(11, 8)), same, same), JOIN)
        # With data it gets what it missed, from whom it likes.
        self.assertEqual(self.decided(replace(old, position=Position(OURS, 9), owned=True, formed=True), newer, newer), JOIN)

    def test_the_installed_release_is_read(self):
        self.assertIn(mariadb.installed(), [(10, 11), (11, 8)])

    def test_the_writer_is_asked_for_a_copy_last(self):
        self.assertEqual(donor_order(answers(serving(isWriter=True), serving(isWriter=False))), "db-c,")
        self.assertEqual(donor_order(answers(serving(isWriter=True), peers.SILENT)), "")


class Settled(unittest.TestCase):
    """A machine that boots has no agent for a while."""

    def asked(self, *rounds):
        kept = start.ask_all, start.look, start.ABSENT_SECONDS
        left = list(rounds)
        start.look = lambda _: VIRGIN
        start.ask_all = lambda *_, **__: answers(*(left.pop(0) if len(left) > 1 else left[0]))
        start.ABSENT_SECONDS = 1.5
        try:
            return start.settled(here)[0], len(rounds) - len(left)
        finally:
            start.ask_all, start.look, start.ABSENT_SECONDS = kept

    def test_one_that_seems_to_have_nothing_is_asked_again_for_a_while(self):
        nothing = (peers.ABSENT, peers.ABSENT)
        self.assertEqual(self.asked(nothing, nothing, (down(7), peers.ABSENT))[0], JOIN)
        self.assertEqual(self.asked(nothing, nothing, (peers.SILENT, peers.ABSENT))[0], REFUSE)
        self.assertEqual(self.asked(nothing)[0], BOOTSTRAP)

    def test_nobody_waits_where_nobody_makes_a_cluster(self):
        self.assertEqual(self.asked((serving(), peers.ABSENT), (serving(), serving())), (JOIN, 1))


class Permit(unittest.TestCase):
    def test_the_lock_is_seen_while_another_program_holds_it(self):
        import os

        os.makedirs(here.run, exist_ok=True)
        self.assertFalse(start.is_locked(here))
        with start.locked(here):
            self.assertTrue(start.is_locked(here))
        self.assertFalse(start.is_locked(here))


unittest.main()
