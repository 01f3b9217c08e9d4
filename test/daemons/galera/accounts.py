import os
import unittest
from dataclasses import replace

from beehive_galera import accounts, mariadb
from beehive_galera_test import node

here = node.here
ANYWHERE = replace(here, clients=("10.79.0.21", "10.79.0.22"))


class Accounts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = node.first()

    def names(self):
        return {f"{user}@{host}" for user, host in self.server.ask("SELECT User, Host FROM mysql.global_priv")}

    def test_a_database_test_with_the_owners_tables_stays(self):
        self.server.ask("CREATE DATABASE IF NOT EXISTS test", "CREATE TABLE test.mine (id INT PRIMARY KEY)", "INSERT INTO test.mine VALUES (7)")
        accounts.ensure(here)
        self.assertEqual(self.server.ask("SELECT id FROM test.mine"), ((7,),))

    def test_accounts_of_the_owner_stay_and_open_doors_are_closed(self):
        self.server.ask(
            "CREATE USER ''@localhost, root@'10.%', shop@'192.0.2.%' IDENTIFIED BY 'the own one', root@'192.0.2.7' IDENTIFIED BY 'kept'",
            "CREATE USER admin@'%' IDENTIFIED BY 'kept'",
            "ALTER USER root@localhost IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('kept')",
        )
        accounts.ensure(here)
        found = self.names()
        self.assertLessEqual({"shop@192.0.2.%", "root@192.0.2.7", "admin@%"}, found)
        self.assertTrue(found.isdisjoint({"@localhost", "root@10.%"}))
        self.server.ask("SELECT 1", password="kept")

    def test_accounts_that_the_program_made_go_with_their_client(self):
        accounts.ensure(ANYWHERE)
        self.assertLessEqual({"shop@10.79.0.21", "shop@10.79.0.22"}, self.names())
        accounts.ensure(here)
        self.assertIn("shop@10.79.0.21", self.names())
        self.assertNotIn("shop@10.79.0.22", self.names())

    def test_a_cluster_without_a_list_of_accounts_gets_one(self):
        accounts.ensure(ANYWHERE)
        self.server.ask("DROP TABLE beehive.account", "CREATE USER shop@'192.0.2.9' IDENTIFIED BY 'somebody else'")
        accounts.ensure(here)
        self.assertNotIn("shop@10.79.0.22", self.names())
        self.assertIn("shop@192.0.2.9", self.names())

    def test_the_right_to_the_own_database_is_all_that_an_account_has(self):
        accounts.ensure(here)
        self.server.ask("GRANT SELECT ON mysql.* TO shop@'10.79.0.21' WITH GRANT OPTION")
        accounts.ensure(here)
        grants = [line for (line,) in self.server.ask("SHOW GRANTS FOR shop@'10.79.0.21'")]
        self.assertEqual([line for line in grants if "mysql" in line.split(" TO ")[0].split(" ON ")[1]], [])


class Foreign(unittest.TestCase):
    def test_a_database_test_with_tables_is_somebodys(self):
        mariadb.DATADIR = "/tmp/foreign"
        for name in ("mysql", "sys", "test", "beehive", "blog"):
            os.makedirs(f"{mariadb.DATADIR}/{name}")
        open(f"{mariadb.DATADIR}/test/db.opt", "w", encoding="utf-8").close()
        self.assertEqual(mariadb.foreign_databases(), ["beehive", "blog"])
        open(f"{mariadb.DATADIR}/test/mine.frm", "w", encoding="utf-8").close()
        self.assertEqual(mariadb.foreign_databases(), ["beehive", "blog", "test"])


unittest.main()
