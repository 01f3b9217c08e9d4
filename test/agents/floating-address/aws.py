import unittest

from address_support import side_by_side
from address_support.cloud import Aws, Server
from address_support.machine import PORT, eventually
from address_support.scenarios import Contests, Moves


class ElasticIpMoves(Moves, unittest.TestCase):
    make_cloud = Aws

    def name_of(self, machine):
        return f"{machine.interface} ({machine.private})"

    def test_the_metadata_service_is_never_asked_without_a_token(self):
        a = self.machine().start()
        a.elect()
        self.assertEventually(lambda: self.cloud.holder == a.name)
        self.assertEqual(self.cloud.metadata_without_token, 0)

    def test_an_api_that_tells_old_news_after_a_claim_brings_no_second_one(self):
        a, b = self.machine().start(), self.machine()
        self.cloud.move(b.name)
        self.cloud.lag = 2.0
        a.elect()
        self.assertEventually(a.has_it)
        self.assertEqual(self.cloud.claims, [a.name])

    def test_credentials_that_come_late_are_found(self):
        self.cloud.credentials = False
        a = self.machine().start()
        a.elect()
        self.assertEventually(lambda: "the instance profile gives no credentials" in a.journal())
        self.cloud.credentials = True
        self.assertEventually(lambda: self.cloud.holder == a.name)

    def test_the_check_fails_where_the_instance_profile_may_not_claim(self):
        a = self.machine()
        self.cloud.may_associate = False
        status, said = a.check()
        self.assertEqual(status, 1)
        self.assertIn("UnauthorizedOperation", said)

    def test_the_check_rehearses_the_claim(self):
        self.assertEqual(self.machine().check()[0], 0)
        self.assertEqual(self.cloud.dry_runs, 1)

    def test_the_private_address_must_be_the_instances_own(self):
        status, said = self.machine().check(privateAddress="10.64.0.99")
        self.assertEqual(status, 1)
        self.assertIn("no network interface of this instance has the private address 10.64.0.99", said)


class ElasticIpContests(Contests, unittest.TestCase):
    make_cloud = Aws

    def test_a_holder_that_answers_inside_the_network_alone_is_left_alone_until_it_does_not(self):
        self.close_the_door()
        a, b = self.machine().start(), self.machine().start()
        insides = [Server(lambda *_: (200, {}, ""), PORT, machine.private) for machine in (a, b)]
        a.elect()
        b.elect()
        self.assertEventually(lambda: "lets go" in a.journal() + b.journal())
        loser, winner = (a, b) if "lets go" in a.journal() else (b, a)
        count = len(self.cloud.claims)
        self.assertFalse(eventually(lambda: len(self.cloud.claims) > count, 8))
        winner.kill()
        for inside in insides:
            inside.stop()
        self.assertEventually(lambda: self.cloud.holder == loser.name)


side_by_side.main()
