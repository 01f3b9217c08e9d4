import unittest

from beehive_galera import peers, settings
from beehive_galera.keeper import verdict
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


unittest.main()
