import json
import os
import subprocess
import sys
import unittest

from beehive_galera import effective, settings, start
from beehive_galera_test import node

here = settings.load("shop-db")
PLACE = "/etc/mysql/mariadb.conf.d/90-beehive-shop-db.cnf"
FOREIGN = "/etc/mysql/mariadb.conf.d/99-tuning.cnf"
# As `safe_settings` prints them.
PROGRAM = open(effective.__file__, encoding="utf-8").read() + "\nsys.exit(main(sys.argv[1:]))\n"
# Each in a spelling that a list of forbidden lines would not know.
BAD = {
    "innodb_flush_log_at_trx_commit": ["innodb_flush_log_at_trx=0", "loose-innodb-flush-log-at-trx-commit = 2"],
    "innodb_doublewrite": ["skip-innodb-doublewrite", "disable_innodb_double", "loose-skip-innodb_doublewrite"],
    "innodb_flush_method": ["innodb_flush_m=O_DIRECT_NO_FSYNC", "innodb_flush_method = nosync"],
    "debug_no_sync": ["debug-no-sync", "debug_no_s = 1"],
    "innodb_force_recovery": ["innodb_force_rec=1"],
    "innodb_read_only": ["innodb_read_only", "enable-innodb-read-only"],
    "read_only": ["read-only", "loose-read_only = 1"],
    "transaction_read_only": ["transaction-read-only"],
    "innodb_autoinc_lock_mode": ["innodb_autoinc=1"],
    "binlog_format": ["binlog_for=STATEMENT"],
    "wsrep_forced_binlog_format": ["wsrep_forced=STATEMENT"],
    "default_storage_engine": ["default_storage=Aria"],
    "enforce_storage_engine": ["enforce_storage=MyISAM", "enforce-storage-engine="],
    "wsrep_on": ["skip-wsrep-on", "loose_wsrep_on=OFF"],
    "wsrep_provider": ["wsrep_provider=none"],
    "wsrep_new_cluster": ["wsrep-new", "wsrep_new_cluster = 1"],
    "wsrep_recover": ["wsrep-recover"],
    "wsrep_start_position": ["wsrep_start=11111111-1111-1111-1111-111111111111:5"],
    "wsrep_cluster_name": ["wsrep_cluster_n=other"],
    "wsrep_node_name": ["wsrep_node_name=db-b"],
    "wsrep_sst_method": ["wsrep_sst_m=rsync"],
    "wsrep_provider_options": ['wsrep_provider_o="gcache.size=1G"'],
    "wsrep_osu_method": ["wsrep_OSU=RSU"],
    "wsrep_desync": ["wsrep_desync"],
    "wsrep_reject_queries": ["wsrep_reject=ALL"],
    "wsrep_slave_fk_checks": ["wsrep_slave_fk_checks=OFF"],
    "wsrep_certify_nonpk": ["skip-wsrep-certify-nonPK"],
    "wsrep_data_home_dir": ["wsrep_data=/tmp"],
    "datadir": ["datadir=/tmp"],
    "bind_address": ["bind=0.0.0.0"],
    "port": ["port=3310"],
    "socket": ["socket=/tmp/other.sock"],
    "skip_networking": ["skip-networking", "enable-skip-net"],
    "skip_grant_tables": ["skip-grant", "skip_grant_tables=1"],
    "sst.encrypt": ["[sst]\nencrypt = 0"],
    "sst.tca": ['[sst]\n# theirs\ntca="/tmp/ca.pem"'],
    "sst.tcert": ["[sst]\ntcert=/tmp/node.pem"],
    "sst.tkey": ["[sst]\ntkey=/tmp/node.key"],
    "innodb_log_group_home_dir": ["innodb_log_group=/tmp"],
}


def write(path, text, mode=0o644):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


class Effective(unittest.TestCase):
    def tearDown(self):
        if os.path.exists(FOREIGN):
            os.unlink(FOREIGN)

    def test_what_the_program_writes_is_well(self):
        self.assertEqual(effective.judge(here.required), [])
        self.assertEqual(effective.judge(here.required, PLACE, PLACE), [])

    def test_no_spelling_in_a_file_of_somebody_elses_slips_through(self):
        self.assertEqual({rule["name"] for rule in here.required} - BAD.keys() - {
            # The members' file is the one that has it; the others are those of the same member, or of a folder.
            "wsrep_cluster_address", "wsrep_node_address", "wsrep_node_incoming_address", "wsrep_sst_receive_address",
            "wsrep_certification_rules", "innodb_data_home_dir", "innodb_undo_directory",
        }, set())
        for name, lines in BAD.items():
            for line in lines:
                with self.subTest(line=line):
                    write(FOREIGN, f"# mine\n[mysqld]\n{line}\n")
                    found = {rule and rule["name"]: text for rule, text in effective.judge(here.required)}
                    if None in found:
                        # Refused by MariaDB itself.
                        self.assertIn(name, found[None])
                    else:
                        last = line.split("\n")
                        self.assertIn(f"{FOREIGN}, line {2 + len(last)}: {last[-1]}", found[name])

    def test_a_start_has_the_last_word(self):
        for name, lines in BAD.items():
            rule = next(rule for rule in here.required if rule["name"] == name)
            if rule.get("fallback", True):
                with self.subTest(name=name):
                    write(FOREIGN, f"[mariadb]\n{lines[0]}\n")
                    values, _, trouble = effective.ask(start.safe_settings(here))
                    self.assertEqual((trouble, list(effective.broken([rule], values))), (None, []))

    def test_a_staged_file_is_judged_in_its_place_before_it_is_there(self):
        with open(PLACE, encoding="utf-8") as file:
            text = file.read()
        write("/tmp/staged", f"{text}\n[mariadb]\nloose-innodb_flush_log_at_trx = 0\n")
        judged = lambda: subprocess.run([sys.executable, "-c", PROGRAM, "/tmp/staged", PLACE, json.dumps(here.required)], capture_output=True, text=True, check=False)
        os.rename(PLACE, "/tmp/away")
        try:
            said = judged()
            write(FOREIGN, "[galera]\ninnodb_flush_log_at_trx_commit = 1\n")
            after = judged()
        finally:
            os.rename("/tmp/away", PLACE)
        self.assertEqual(said.returncode, 1)
        self.assertIn("innodb_flush_log_at_trx_commit is 0 and must be 1: acknowledged writes are lost when all nodes lose power.", said.stderr)
        self.assertIn(f"{PLACE}, line ", said.stderr)
        self.assertEqual((after.returncode, after.stderr.strip()), (0, ""))

    def test_what_mariadb_does_not_know_is_said_in_its_words(self):
        write("/tmp/staged", "[mariadb]\ninnodb_fancy = 1\n")
        (rule, text), = effective.judge(here.required, "/tmp/staged", PLACE)
        self.assertIsNone(rule)
        self.assertIn(f"unknown variable 'innodb_fancy=1'\nThat is {PLACE}, line 2", text)

    def test_files_are_read_as_mariadb_reads_them(self):
        os.makedirs("/tmp/conf.d", exist_ok=True)
        for name in ("a.b.cnf", "Z.cnf", "_x.cnf", "b.cnf", "no.txt"):
            write(f"/tmp/conf.d/{name}", f"[mariadb]\nreport_host={name}\n")
        write("/tmp/conf.d/open.cnf", "[mariadb]\nreport_host=open\n", 0o666)
        write("/tmp/main.cnf", "[mariadb]\nport=1\n!includedir /tmp/conf.d\nport=2\n!include /tmp/conf.d/no.txt\nport=3\n")
        flat = "".join(f"{text}\n" for _, _, text in effective.flattened(["/tmp/main.cnf"], None, None))
        write("/tmp/flat.cnf", flat)
        printed = [node.run("my_print_defaults", f"--defaults-file=/tmp/{name}.cnf", "--mariadbd") for name in ("main", "flat")]
        self.assertEqual(printed[1].splitlines(), printed[0].splitlines())

    def test_what_root_changes_while_it_runs_is_told(self):
        server = node.first()
        with server.connect() as connection, connection.cursor() as cursor:
            self.assertEqual(effective.running(here.required, cursor), [])
            cursor.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 2, GLOBAL enforce_storage_engine = NULL")
            said = effective.running(here.required, cursor)
        server.stop()
        self.assertEqual([text.split(" is ")[0] for text in said], [
            "In the running MariaDB innodb_flush_log_at_trx_commit",
            "In the running MariaDB enforce_storage_engine",
        ])


unittest.main()
