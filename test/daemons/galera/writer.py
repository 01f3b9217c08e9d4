import unittest

from beehive_galera import accounts, writer

MEMBERS = {"u1": "db-a", "u2": "db-b", "u3": "db-c"}
HEALTHY = {
    "wsrep_cluster_status": "Primary",
    "wsrep_ready": "ON",
    "wsrep_local_state": "4",
    "wsrep_local_state_comment": "Synced",
    "read_only": "OFF",
    "wsrep_desync": "OFF",
    "wsrep_reject_queries": "NONE",
}


class Writer(unittest.TestCase):
    def test_a_synced_member_and_a_donor_may_write(self):
        self.assertEqual(writer.writable(HEALTHY), [])
        self.assertEqual(writer.writable({**HEALTHY, "wsrep_local_state": "2"}), [])

    def test_nobody_else_may_write(self):
        for name, value in (
            ("wsrep_cluster_status", "non-Primary"),
            ("wsrep_ready", "OFF"),
            ("wsrep_local_state", "1"),
            ("wsrep_local_state", "3"),
            ("read_only", "ON"),
            ("wsrep_desync", "ON"),
            ("wsrep_reject_queries", "ALL"),
        ):
            self.assertEqual(len(writer.writable({**HEALTHY, name: value})), 1, name)
        self.assertNotEqual(writer.writable({}), [])

    def test_the_role_is_vacant_when_its_holder_left_or_restarted_or_gave_it_back(self):
        self.assertFalse(writer.vacant({"uuid": "u2"}, MEMBERS))
        self.assertTrue(writer.vacant({"uuid": "u9"}, MEMBERS))
        self.assertTrue(writer.vacant({"uuid": ""}, MEMBERS))
        self.assertFalse(writer.vacant(None, MEMBERS))

    def test_candidates_are_patient_in_the_order_of_their_names_and_donors_most(self):
        waits = [writer.patience(name, MEMBERS, HEALTHY) for name in ("db-a", "db-b", "db-c")]
        self.assertEqual(waits[0], 0)
        self.assertEqual(waits, sorted(set(waits)))
        self.assertGreater(writer.patience("db-a", MEMBERS, {**HEALTHY, "wsrep_local_state": "2"}), waits[2])


class Reading(unittest.TestCase):
    def state(self, **more):
        from beehive_galera.lease import now
        from beehive_galera.state import State

        return State(now(), HEALTHY, **more)

    def test_a_node_that_was_away_is_not_read_unless_it_is_the_writer(self):
        self.assertTrue(self.state().is_reader(False))
        self.assertFalse(self.state(unsure="was away").is_reader(False))
        self.assertTrue(self.state(unsure="was away").is_reader(True))
        self.assertFalse(self.state(doubt="was away").is_reader(True))

    def test_what_it_says_counts_from_the_beginning_of_the_look(self):
        from beehive_galera.lease import now
        from beehive_galera.state import State

        self.assertFalse(State(now() - 1.1, HEALTHY).is_reader(True))


class Accounts(unittest.TestCase):
    def test_clients_become_hosts_as_mariadb_writes_them(self):
        self.assertEqual(accounts.host_pattern("10.0.0.1"), "10.0.0.1")
        self.assertEqual(accounts.host_pattern("10.0.0.0/24"), "10.0.0.0/255.255.255.0")
        self.assertEqual(accounts.host_pattern("10.0.0.1/32"), "10.0.0.1")

    def test_both_ways_to_log_in_are_read(self):
        both = {"plugin": "p", "authentication_string": "new", "auth_or": [{}, {"plugin": "p", "authentication_string": "old"}]}
        self.assertEqual([way["authentication_string"] for way in accounts.methods(both)], ["new", "old"])

    def test_passwords_are_hashed_as_mariadb_does(self):
        self.assertEqual(accounts.native_hash("aaaaaa1"), "*DDA355BC1C9D0BE1DCA523DF156B7B8F590F548C")


unittest.main()
