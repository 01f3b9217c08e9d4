import contextlib
import io
import os
import subprocess
import unittest

import pymysql

from beehive_galera import accounts, chores, mariadb, tables, time_zones
from beehive_galera_test import node

here = node.here
PASSWORD = "the secret of password"
OTHERS = ("MyISAM", "Aria", "MEMORY", "CSV", "MERGE")
# As the page says it.
CONVERT = "sed -E 's/^\\) ENGINE=(MyISAM|Aria|MEMORY)/) ENGINE=InnoDB/'"
LARGE = 40 * 2**20


class Tables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.one, cls.two = node.pair()
        accounts.ensure(here)
        # The account is for a client's address; through the socket it is localhost.
        cls.one.ask(f"CREATE USER shop@localhost IDENTIFIED BY '{PASSWORD}'", f"GRANT {accounts.RIGHTS} ON shop.* TO shop@localhost")

    def application(self, *statements, server=None):
        return (server or self.one).ask(*statements, user="shop", password=PASSWORD, database="shop")

    def refused(self, *statements):
        with self.assertRaises(pymysql.MySQLError) as refusal:
            self.application(*statements)
        return refusal.exception.args

    def existing(self, name, engine="MyISAM"):
        """As an older release left it: on every node, with rows on one."""
        for server in (self.one, self.two):
            server.ask("SET SESSION wsrep_on = 0, enforce_storage_engine = NULL", f"CREATE TABLE shop.{name} (id INT PRIMARY KEY) ENGINE={engine}")
        self.one.ask("SET SESSION wsrep_on = 0", f"INSERT INTO shop.{name} VALUES (1), (2), (3)")

    def on_both(self, statement):
        self.two.ask("SET SESSION wsrep_sync_wait = 1", "SELECT 1")
        return [server.ask("SET SESSION wsrep_sync_wait = 1", statement) for server in (self.one, self.two)]

    def test_no_other_engine_is_accepted_however_it_is_asked_for(self):
        self.application("CREATE TABLE good (id INT PRIMARY KEY)")
        for engine in OTHERS:
            for statements in (
                [f"CREATE TABLE bad (id INT NOT NULL) ENGINE={engine}"],
                [f"CREATE TABLE bad ENGINE={engine} SELECT 1 AS id"],
                [f"CREATE TEMPORARY TABLE bad (id INT NOT NULL) ENGINE={engine}"],
                [f"ALTER TABLE good ENGINE={engine}"],
                ["SET sql_mode = ''", f"CREATE TABLE bad (id INT NOT NULL) ENGINE={engine}"],
                ["SET sql_mode = ''", f"CREATE TABLE bad ENGINE={engine} SELECT 1 AS id"],
                [f"SET default_storage_engine = {engine}", "CREATE TABLE bad (id INT NOT NULL)"],
            ):
                with self.subTest(statements=statements):
                    code, text = self.refused(*statements)
                    self.assertEqual(code, 1290)
                    self.assertRegex(text, "running with the (NO_ENGINE_SUBSTITUTION|ENFORCE_STORAGE_ENGINE) option")
        self.assertEqual(self.refused("SET enforce_storage_engine = NULL")[0], 1227)
        self.assertEqual(tables.find(self.one.connect().cursor())["otherEngines"]["count"], 0)

    def test_a_dump_of_other_engines_comes_in_as_innodb_and_its_rows_are_everywhere(self):
        self.existing("old")
        login = f"--socket={mariadb.SOCKET} --user=shop --password='{PASSWORD}'"
        command = f"mariadb-dump {login} --no-tablespaces shop old | {CONVERT} | mariadb {login} shop"
        subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True)
        self.assertEqual(self.on_both("SELECT COUNT(*) FROM shop.old"), [((3,),)] * 2)

    def test_what_is_there_is_told_by_name(self):
        self.existing("legacy", "Aria")
        self.application("CREATE TABLE bare (id INT)", "CREATE TABLE `odd name` (id INT)", "CREATE TABLE uniq (id INT NOT NULL UNIQUE)")
        self.application("CREATE TABLE parts (id INT) PARTITION BY HASH (id) PARTITIONS 3", "CREATE VIEW seen AS SELECT * FROM bare")
        os.makedirs(here.run, exist_ok=True)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            chores.check(here)
        lines = [line for line in printed.getvalue().splitlines() if line.startswith("warning: ")]
        self.assertRegex(lines[0], r"gone for the application when another takes the writes.*: shop\.legacy \(Aria\)$")
        self.assertRegex(lines[1], r"no primary key.*: shop\.bare, shop\.odd name, shop\.parts$")
        self.assertEqual(tables.read_json(f"{here.run}/tables.json")["otherEngines"], {"count": 1, "names": ["shop.legacy (Aria)"]})
        self.one.ask("SET SESSION wsrep_on = 0", "DROP TABLE shop.legacy")

    def test_system_tables_are_upgraded_and_looked_after_as_ever(self):
        upgrade = subprocess.run(["mariadb-upgrade", "--force", f"--socket={mariadb.SOCKET}"], capture_output=True, text=True, check=False)
        self.assertEqual(upgrade.returncode, 0, upgrade.stdout + upgrade.stderr)
        self.one.ask("ALTER TABLE mysql.db FORCE", "OPTIMIZE TABLE mysql.proc", "CREATE USER passing@localhost", "DROP USER passing@localhost")

    def test_each_node_knows_the_time_zones_of_its_machine(self):
        asked = "SELECT CONVERT_TZ('2026-01-01 00:00:00', 'UTC', 'Europe/Berlin')"
        self.assertEqual(self.one.ask(asked), ((None,),))
        with self.one.connect() as connection, connection.cursor() as cursor:
            self.assertTrue(time_zones.ensure(here, cursor))
            self.assertFalse(time_zones.ensure(here, cursor))
        self.assertEqual(str(self.one.ask(asked)[0][0]), "2026-01-01 01:00:00")
        self.application("SET time_zone = 'Europe/Berlin'")
        # Not the other node's business.
        self.assertEqual(self.two.ask(asked), ((None,),))
        self.assertEqual(self.one.ask("SHOW STATUS LIKE 'wsrep_cluster_size'")[0][1], "2")

    def test_a_row_as_large_as_the_program_allows_reaches_every_node(self):
        self.application("CREATE TABLE large (id INT PRIMARY KEY, data LONGBLOB)")
        with self.one.connect("shop", PASSWORD, "shop") as connection, connection.cursor() as cursor:
            cursor.execute("INSERT INTO large VALUES (1, %s)", (b"x" * LARGE,))
        self.assertEqual(self.on_both("SELECT LENGTH(data) FROM shop.large"), [((LARGE,),)] * 2)

    def test_the_way_that_the_page_shows_for_sequences_works(self):
        self.assertEqual(self.refused("CREATE SEQUENCE numbers")[0], 1235)
        self.application("CREATE SEQUENCE numbers NOCACHE INCREMENT BY 0")
        self.assertNotEqual(self.application("SELECT NEXTVAL(numbers)"), self.application("SELECT NEXTVAL(numbers)"))

    def test_z_rows_are_there_when_another_takes_the_writes(self):
        self.application("CREATE TABLE kept (id INT PRIMARY KEY)", "INSERT INTO kept VALUES (1), (2)")
        self.one.stop()
        self.assertEqual(self.two.ask("SHOW STATUS LIKE 'wsrep_ready'")[0][1], "ON")
        self.application("INSERT INTO kept VALUES (3)", server=self.two)
        self.assertEqual(self.two.ask("SELECT COUNT(*) FROM shop.kept"), ((3,),))
        self.assertEqual(self.two.ask("SELECT COUNT(*) FROM shop.old"), ((3,),))


unittest.main()
