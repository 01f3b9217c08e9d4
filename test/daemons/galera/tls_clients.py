import os
import ssl
import subprocess
import unittest
from dataclasses import replace

import pymysql

from beehive_galera import accounts, authority
from beehive_galera_test import node

here = replace(node.here, clients=("10.79.0.11",))
PASSWORD = "the secret of password"
CA = "/tmp/client.ca.pem"
PORT = 13306


def make_authority(secret, path):
    """As on a client's machine: it knows what comes from the cluster's secret, and not that secret."""
    with open(f"{path}.authority", "w", encoding="utf-8") as file:
        file.write(f"{secret}\n")
    subprocess.run(["python3", authority.__file__, here.group, f"{path}.authority", path], check=True)
    return path


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = node.first()
        secret = accounts.read_text(f"{here.folder}/cluster-secret").strip()
        make_authority(authority.database_secret(secret), CA)
        # The proxy on a client's machine passes bytes on.
        listen = f"TCP-LISTEN:{PORT},bind=127.0.0.1,fork,reuseaddr"
        cls.proxy = subprocess.Popen(["socat", listen, f"TCP:{here.me.address}:{here.port},bind={here.me.address}"])

    @classmethod
    def tearDownClass(cls):
        cls.proxy.terminate()
        cls.proxy.wait()
        cls.server.stop()

    def connect(self, ca=None):
        context = None
        if ca is not None:
            context = ssl.create_default_context(cafile=ca)
        for _ in range(50):
            try:
                login = {"user": "shop", "password": PASSWORD, "database": "shop", "ssl": context, "ssl_disabled": context is None}
                return pymysql.connect(host="127.0.0.1", port=PORT, **login)
            except ConnectionRefusedError:
                node.time.sleep(0.1)
        raise AssertionError("nobody listens")

    def cipher(self, ca=None):
        with self.connect(ca) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW STATUS LIKE 'Ssl_version'")
            return cursor.fetchone()[1]

    def test_an_account_without_a_word_comes_in_both_ways(self):
        accounts.ensure(here)
        self.assertEqual(self.cipher(), "")
        # Authority and the name 127.0.0.1 are verified.
        self.assertEqual(self.cipher(CA), "TLSv1.3")

    def test_an_account_that_must_is_refused_in_clear_until_the_program_changes(self):
        accounts.ensure(replace(here, tls_users=("shop",)))
        with self.assertRaisesRegex(pymysql.OperationalError, "Access denied"):
            self.cipher()
        self.assertEqual(self.cipher(CA), "TLSv1.3")
        accounts.ensure(here)
        self.assertEqual(self.cipher(), "")

    def test_a_server_of_another_cluster_is_refused(self):
        accounts.ensure(here)
        other = make_authority(authority.database_secret("another secret of a cluster"), "/tmp/other.ca.pem")
        with self.assertRaisesRegex(pymysql.OperationalError, "CERTIFICATE_VERIFY_FAILED"):
            self.cipher(other)

    def test_mariadbs_own_client_verifies_it_too(self):
        accounts.ensure(replace(here, tls_users=("shop",)))
        command = ["mariadb", "--no-defaults", "--protocol=tcp", "--host=127.0.0.1", f"--port={PORT}", "--user=shop", f"--password={PASSWORD}"]
        # The library of Debian 13 insists on TLS unasked, and must come in without a word, too.
        for more in ([f"--ssl-ca={CA}", "--ssl-verify-server-cert"], ["--ssl"]):
            done = subprocess.run([*command, *more, "--execute=SELECT 1"], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), more)
        accounts.ensure(here)
        done = subprocess.run([*command, "--execute=SELECT 1"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        accounts.ensure(here)

    def test_the_authority_stays_as_it_is_and_its_key_nowhere(self):
        before = os.stat(CA).st_mtime_ns, sorted(os.listdir("/tmp"))
        subprocess.run(["python3", authority.__file__, here.group, f"{CA}.authority", CA], check=True)
        self.assertEqual((os.stat(CA).st_mtime_ns, sorted(os.listdir("/tmp"))), before)
        with open(CA, encoding="utf-8") as file:
            self.assertNotIn("PRIVATE", file.read())

    def test_who_knows_what_clients_know_is_no_member(self):
        secret = accounts.read_text(f"{here.folder}/cluster-secret").strip()
        derived = authority.database_secret(secret)
        keys = {authority.authority_key(text, here.group, kind) for text in (secret, derived) for kind in ("galera", "database")}
        self.assertEqual(len(keys), 4)
        trusted = subprocess.run(["openssl", "verify", "-CAfile", CA, f"{here.state}/tls/node.pem"], capture_output=True, check=False)
        self.assertNotEqual(trusted.returncode, 0)


unittest.main()
