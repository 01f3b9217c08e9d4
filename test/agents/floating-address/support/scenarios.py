"""What holds whatever the cloud."""

import threading

from .cloud import Server
from .machine import PORT, Machine, Place, eventually, show


class Scenario:
    """Mixed into a TestCase that has `make_cloud`."""

    place = Place(0)

    def setUp(self):
        self.cloud = self.make_cloud(self.place.address)
        self.made = []
        # Somebody answers visitors at the address.
        self.visitors = Server(lambda *_: (200, {}, ""), PORT, self.place.address)

    def tearDown(self):
        if self.failed():
            show(*(machine for machine in self.made if machine.process is not None))
        for machine in self.made:
            machine.stop()
        for server in (self.cloud.server, self.visitors):
            if server is not None:
                server.stop()

    def failed(self):
        result = self._outcome.result
        return any(test is self for test, _ in [*result.failures, *result.errors])

    def machine(self):
        made = Machine(self.place, self.cloud, len(self.made) + 1)
        self.made.append(made)
        return made

    def close_the_door(self):
        self.visitors.stop()
        self.visitors = None

    def assertEventually(self, what, seconds=60):
        self.assertTrue(eventually(what, seconds))

    def looks_on(self, times=3):
        """The agents go on: so many looks more have come."""
        before = self.cloud.looks
        self.assertEventually(lambda: self.cloud.looks >= before + times)


class Moves(Scenario):
    """One machine, and an API that fails."""

    def test_the_elected_machine_claims_once_and_then_only_looks(self):
        a = self.machine().start()
        a.elect()
        self.assertEventually(lambda: self.cloud.holder == a.name)
        self.looks_on(5)
        self.assertEqual((self.cloud.holder, self.cloud.claims), (a.name, [a.name]))

    def test_a_machine_that_is_not_elected_claims_nothing(self):
        a = self.machine().start()
        self.assertEventually(lambda: f"not elected; {self.place.address} is on nobody" in a.journal())
        self.assertEqual(self.cloud.claims, [])

    def test_a_program_that_is_started_again_claims_nothing_that_it_has(self):
        a = self.machine().start()
        a.elect()
        self.assertEventually(a.has_it)
        a.kill()
        a.start()
        self.assertEventually(lambda: a.journal().count(f"has {self.place.address}") == 2)
        self.assertEqual(self.cloud.claims, [a.name])

    def test_no_claim_for_a_load_balancer_that_does_not_serve(self):
        a = self.machine()
        a.serves = False
        a.start()
        a.elect()
        self.assertEventually(lambda: "does not serve" in a.journal())
        self.looks_on()
        self.assertEqual(self.cloud.claims, [])
        a.serves = True
        self.assertEventually(lambda: self.cloud.holder == a.name)

    def test_an_api_that_is_down_is_tried_until_it_is_back(self):
        a = self.machine()
        self.cloud.server.stop()
        a.start()
        a.elect()
        self.assertEventually(lambda: "elected; tries again" in a.journal())
        self.cloud.restart()
        self.assertEventually(lambda: self.cloud.holder == a.name)

    def test_a_claim_whose_answer_never_came_is_found_and_not_repeated(self):
        a = self.machine()
        a.api_timeout = 1
        self.cloud.answer_delay = 2.5
        a.start()
        a.elect()
        self.assertEventually(a.has_it)
        self.looks_on()
        self.assertEqual((self.cloud.holder, a.claims), (a.name, 1))

    def test_after_too_many_requests_it_waits_and_claims_later(self):
        a = self.machine().start()
        self.assertEventually(lambda: "not elected" in a.journal())
        self.cloud.throttled = 3
        a.elect()
        self.assertEventually(lambda: self.cloud.holder == a.name)
        self.assertEqual(self.cloud.throttled, 0)
        self.assertEqual(a.claims, 1)

    def test_the_check_says_who_has_the_address_and_claims_nothing(self):
        a, b = self.machine(), self.machine()
        self.cloud.move(b.name)
        status, said = a.check()
        self.assertEqual(status, 0, said)
        self.assertIn(f"{self.place.address} is on {self.name_of(b)}", said)
        self.assertEqual((self.cloud.holder, self.cloud.claims), (b.name, []))


class Contests(Scenario):
    """Two machines."""

    def test_an_address_that_somebody_gave_to_a_stranger_comes_back(self):
        a, stranger = self.machine().start(), self.machine()
        a.elect()
        self.assertEventually(a.has_it)
        self.cloud.move(stranger.name)
        self.assertEventually(lambda: self.cloud.holder == a.name)

    def test_the_next_elected_machine_takes_the_address_from_one_that_died(self):
        a, b = self.machine().start(), self.machine().start()
        a.elect()
        self.assertEventually(a.has_it)
        a.kill()
        b.elect()
        self.assertEventually(b.has_it)
        self.assertEqual((self.cloud.holder, b.claims), (b.name, 1))

    def test_a_machine_that_is_dismissed_in_the_middle_of_a_claim_claims_no_more_and_the_next_one_wins(self):
        a, b = self.machine().start(), self.machine().start()
        lands = self.cloud.delayed[a.name] = threading.Event()
        a.elect()
        self.assertEventually(lambda: a.claims == 1)
        # Its claim is under way, when it is another's turn.
        a.dismiss()
        b.elect()
        self.assertEventually(b.has_it)
        lands.set()
        self.assertEventually(lambda: b.claims == 2)
        self.assertEventually(lambda: self.cloud.holder == b.name)
        self.looks_on()
        self.assertEqual((self.cloud.holder, a.claims, b.claims), (b.name, 1, 2))
        self.assertIn(f"claims {self.place.address} no longer", a.journal())

    def test_of_two_that_are_elected_one_has_the_address_and_the_other_lets_go(self):
        a, b = self.machine().start(), self.machine().start()
        a.elect()
        b.elect()
        loser = lambda: next((machine for machine in (a, b) if "lets go" in machine.journal()), None)
        self.assertEventually(loser)
        count = len(self.cloud.claims)
        # Longer than three of the loser's looks, one every 2 s: it would claim if nobody answered visitors.
        self.assertFalse(eventually(lambda: len(self.cloud.claims) > count, 10))
        winner = b if loser() is a else a
        self.assertEqual(self.cloud.holder, winner.name)
        self.assertLessEqual(count, 6)
        self.assertNotIn("lets go", winner.journal())

    def test_an_address_that_was_let_go_is_claimed_again_when_nobody_answers_there(self):
        a, b = self.machine().start(), self.machine().start()
        a.elect()
        b.elect()
        self.assertEventually(lambda: "lets go" in a.journal() + b.journal())
        loser, winner = (a, b) if "lets go" in a.journal() else (b, a)
        winner.kill()
        self.close_the_door()
        self.assertEventually(lambda: self.cloud.holder == loser.name)

    def test_one_that_never_gets_an_answer_does_not_soon_believe_in_silence(self):
        self.close_the_door()
        a, b = self.machine().start(), self.machine().start()
        a.elect()
        b.elect()
        self.assertEventually(lambda: "lets go" in a.journal() + b.journal())
        count = len(self.cloud.claims)
        self.assertFalse(eventually(lambda: len(self.cloud.claims) > count, 10))

    def test_a_process_that_hangs_does_not_count_as_an_answer(self):
        a, b = self.machine().start(), self.machine().start()
        a.elect()
        b.elect()
        self.assertEventually(lambda: "lets go" in a.journal() + b.journal())
        loser, winner = (a, b) if "lets go" in a.journal() else (b, a)
        winner.kill()
        # The kernel goes on accepting connections.
        self.visitors.shutdown()
        self.assertEventually(lambda: self.cloud.holder == loser.name)
        self.visitors.server_close()
        self.visitors = None

    def test_the_machine_that_wins_when_both_hear_each_other_again_takes_the_address_back(self):
        a, b = self.machine().start(), self.machine().start()
        a.elect()
        b.elect()
        self.assertEventually(lambda: "lets go" in a.journal() + b.journal())
        loser, winner = (a, b) if "lets go" in a.journal() else (b, a)
        # By priority it is the loser that stays elected.
        winner.dismiss()
        loser.hears_another()
        self.assertEventually(lambda: self.cloud.holder == loser.name)
        claims = list(self.cloud.claims)
        self.looks_on()
        self.assertEqual(self.cloud.claims, claims)

    def test_a_second_election_counts_even_when_it_follows_at_once(self):
        a, other = self.machine().start(), self.machine()
        a.elect()
        self.assertEventually(a.has_it)
        a.dismiss()
        self.cloud.move(other.name)
        a.elect()
        self.assertEventually(lambda: self.cloud.holder == a.name)
