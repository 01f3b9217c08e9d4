import unittest

from address_support import side_by_side
from address_support.cloud import DigitalOcean, Server
from address_support.scenarios import Contests, Moves


class ReservedIpMoves(Moves, unittest.TestCase):
    make_cloud = DigitalOcean

    def name_of(self, machine):
        return f"droplet {machine.droplet}"

    def test_no_claim_while_the_address_is_being_moved(self):
        a, other = self.machine(), self.machine()
        self.cloud.move(other.name)
        self.cloud.locked = True
        a.start()
        a.elect()
        self.assertEventually(lambda: "being moved" in a.journal())
        self.looks_on()
        self.assertEqual(self.cloud.claims, [])
        self.cloud.locked = False
        self.assertEventually(lambda: self.cloud.holder == a.name)

    def test_a_move_that_takes_long_is_waited_for(self):
        a = self.machine()
        self.cloud.move_seconds = 4
        a.start()
        a.elect()
        self.assertEventually(a.has_it)
        self.assertEventually(lambda: not self.cloud.locked)
        self.assertEqual(self.cloud.claims, [a.name])

    def test_the_api_is_left_alone_for_as_long_as_it_asks(self):
        self.cloud.retry_after = 3
        a = self.machine().start()
        self.assertEventually(lambda: "not elected" in a.journal())
        self.cloud.throttled = 1
        a.elect()
        self.assertEventually(lambda: self.cloud.holder == a.name)
        _, refused, following = self.cloud.requests[:3]
        self.assertGreaterEqual(following - refused, 3)

    def test_a_new_token_counts_at_once(self):
        a = self.machine().start()
        a.elect()
        self.assertEventually(a.has_it)
        self.cloud.token = "dop_v1_new"
        self.assertEventually(lambda: "answers 401" in a.journal())
        a.write_token("dop_v1_new\n")
        self.assertEventually(lambda: a.journal().rstrip().endswith("s after the election"))

    def test_the_token_never_follows_a_redirect(self):
        seen = []
        elsewhere = Server(lambda method, path, headers, body: (seen.append(headers.get("Authorization")), (200, {}, "{}"))[1])
        self.cloud.redirect = f"{elsewhere.url}/v2/reserved_ips/{self.place.address}"
        status, said = self.machine().check()
        elsewhere.stop()
        self.assertEqual((status, seen), (1, []))
        self.assertIn("answers 302", said)

    def test_the_check_fails_with_a_token_that_the_api_refuses(self):
        a = self.machine()
        a.write_token("dop_v1_wrong")
        status, said = a.check()
        self.assertEqual(status, 1)
        self.assertIn("answers 401", said)
        self.assertNotIn("dop_v1_wrong", said)

    def test_the_check_names_the_scope_that_a_token_lacks(self):
        self.cloud.sees_droplets = False
        status, said = self.machine().check()
        self.assertEqual(status, 1)
        self.assertIn("droplet:read", said)


class ReservedIpContests(Contests, unittest.TestCase):
    make_cloud = DigitalOcean


side_by_side.main()
