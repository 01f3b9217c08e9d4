import os
import unittest
from dataclasses import replace

from beehive_galera import lease, peers, settings, writer

here = settings.load("shop-db")
FIVE = replace(here, members=tuple(settings.Member(f"db-{n}", f"10.79.0.{n}", n) for n in "12345"), node="db-1")


class Clock:
    """Instead of the machine's, so that nobody waits."""

    def __enter__(self):
        self.kept, self.time = lease.now, 1000.0
        lease.now = lambda: self.time
        return self

    def __exit__(self, *_):
        lease.now = self.kept


class Votes(unittest.TestCase):
    def test_a_vote_is_lent_to_one_holder_until_it_runs_out(self):
        with Clock() as clock:
            vote = lease.Vote()
            self.assertTrue(vote.lend("db-a", "t", 1))
            self.assertFalse(vote.lend("db-b", "u", 1))
            clock.time += 0.9
            self.assertTrue(vote.lend("db-a", "t", 1))
            clock.time += 0.9
            self.assertEqual((vote.lend("db-b", "u", 1), vote.lent_to()), (False, "db-a"))
            clock.time += 0.2
            self.assertEqual((vote.lent_to(), vote.lend("db-b", "u", 1)), (None, True))

    def test_what_is_given_back_is_free_at_once_and_a_late_message_changes_nothing(self):
        vote = lease.Vote()
        vote.lend("db-a", "old", 1)
        vote.lend("db-a", "new", 1)
        vote.take_back("old")
        self.assertFalse(vote.lend("db-b", "u", 1))
        vote.take_back("new")
        self.assertTrue(vote.lend("db-b", "u", 1))

    def test_an_agent_that_has_just_begun_lends_nothing_until_all_older_leases_are_over(self):
        with Clock() as clock:
            vote = lease.Vote(clock.time + lease.LONGEST_SECONDS)
            self.assertEqual((vote.lend("db-a", "t", 1), vote.lent_to()), (False, "?"))
            clock.time += lease.LONGEST_SECONDS + 0.01
            self.assertTrue(vote.lend("db-a", "t", 1))

    def test_nobody_gets_a_vote_for_longer_than_that(self):
        with Clock() as clock:
            vote = lease.Vote()
            vote.lend("db-a", "t", 60)
            clock.time += lease.LONGEST_SECONDS + 0.01
            self.assertIsNone(vote.lent_to())

    def test_a_lease_is_over_before_the_others_may_have_a_component_or_within_four_seconds(self):
        for suspect, seconds in ((0.5, 0.5), (1, 1), (4, 4), (30, 4)):
            self.assertEqual(replace(here, suspect_seconds=suspect).lease_seconds, seconds)

    def test_an_agent_looks_five_times_within_a_lease(self):
        for suspect, longest, seconds in ((1, 0.5, 0.2), (1, 0.05, 0.05), (4, 0.5, 0.5)):
            self.assertEqual(replace(here, suspect_seconds=suspect, longest_poll_seconds=longest).poll_seconds, seconds)

    def test_the_clock_goes_on_while_the_machine_sleeps(self):
        import time

        self.assertAlmostEqual(lease.now(), time.clock_gettime(time.CLOCK_BOOTTIME), delta=1)


class Electorates(unittest.TestCase):
    def until(self, members, grants, lasted=60.0):
        with Clock() as clock:
            electorate = lease.Electorate(FIVE)
            electorate.watch(members)
            clock.time += lasted
            return electorate.until({f"db-{name}": clock.time + left for name, left in grants.items()}) - clock.time

    def test_the_role_lasts_as_long_as_a_majority_of_the_votes(self):
        everybody = [f"db-{n}" for n in "12345"]
        self.assertAlmostEqual(self.until(everybody, {"1": 3, "2": 1, "3": 2}), 1)
        self.assertAlmostEqual(self.until(everybody, {"1": 3, "2": 1, "3": 2, "4": 2.5}), 2)
        self.assertLess(self.until(everybody, {"1": 3, "2": 1}), 0)

    def test_those_that_galera_goes_on_with_are_enough_when_all_of_them_agree_and_have_lasted(self):
        self.assertAlmostEqual(self.until(["db-1"], {"1": 3}), 3)
        self.assertAlmostEqual(self.until(["db-1", "db-2"], {"1": 3, "2": 2}), 2)
        self.assertLess(self.until(["db-1", "db-2"], {"1": 3, "5": 2}), 0)
        self.assertLess(self.until(["db-1"], {"1": 3}, lasted=FIVE.lease_seconds / 2), 0)
        self.assertLess(self.until([], {}), 0)


class Requests(unittest.TestCase):
    def test_what_is_no_request_is_refused(self):
        good = '{"holder": "db-a", "token": "t", "epoch": 1, "seconds": 1, "colour": 3}'
        self.assertEqual(lease.Request(good).holder, "db-a")
        for bad in ("", "[]", "null", "7", good.replace("1", "null"), good.replace('"seconds": 1', '"seconds": -1'), good.replace('"seconds": 1', '"seconds": NaN')):
            with self.assertRaises(ValueError):
                lease.Request(bad)


class Versions(unittest.TestCase):
    def agrees(self, **status):
        said = {"version": 1, "primary": True, "members": ["db-a", "db-b"], "writer": "db-a", **status}
        kept, lease.ask = lease.ask, lambda member, *_: peers.Answer(member, peers.AGENT, said)
        try:
            return lease.agrees_without_votes(here, here.peers[0])
        finally:
            lease.ask = kept

    def test_an_agent_of_the_first_version_agrees_with_the_writer_that_it_sees(self):
        self.assertTrue(self.agrees())
        self.assertTrue(self.agrees(writer=None))
        self.assertTrue(self.agrees(colour="blue"))

    def test_and_with_nobody_else(self):
        for status in ({"writer": "db-b"}, {"primary": False}, {"members": ["db-b"]}, {"version": 2}, {"version": 3}):
            self.assertFalse(self.agrees(**status), status)


class Room(unittest.TestCase):
    def room(self, free, whole):
        kept, os.statvfs = os.statvfs, lambda _: os.statvfs_result((1 << 20, 1 << 20, whole, free, free, 0, 0, 0, 0, 255))
        try:
            return writer.room("/var/lib/mysql")
        finally:
            os.statvfs = kept

    def test_a_twentieth_of_the_disk_and_at_most_256_mib_must_be_free(self):
        self.assertEqual(self.room(300, 100_000), [])
        self.assertEqual(self.room(255, 100_000), ["the disk is full: 255 of 100000 MiB are free"])
        self.assertEqual(self.room(60, 1_000), [])
        self.assertEqual(self.room(49, 1_000), ["the disk is full: 49 of 1000 MiB are free"])

    def test_a_folder_that_cannot_be_asked_is_no_reason(self):
        self.assertEqual(writer.room("/no/such/folder"), [])


class Patience(unittest.TestCase):
    MEMBERS = {"u1": "db-a", "u2": "db-b", "u3": "db-c"}

    def test_who_had_the_role_is_no_candidate(self):
        self.assertEqual(writer.patience("db-b", self.MEMBERS, {}, holder="db-a"), 0)
        self.assertGreater(writer.patience("db-c", self.MEMBERS, {}, holder="db-a"), 0)


unittest.main()
