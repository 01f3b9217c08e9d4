"""The program that keeps a table, with the real nft and the kernel."""

import os
import signal
import subprocess
import time
import unittest

PROGRAM = "/usr/local/lib/beehive-nftables/shop-web"
FILE = "/etc/beehive/nftables/shop-web.nft"
TABLE = ["inet", "beehive_shop_web"]
DEBIAN = "/etc/nftables.conf"


def nft(*words, check=True):
    return subprocess.run(["nft", *words], capture_output=True, text=True, check=check).stdout


def shown():
    return nft("--stateless", "list", "table", *TABLE, check=False)


def seconds_until(what, limit=20):
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > limit:
            raise AssertionError(f"not within {limit} s")
        time.sleep(0.005)
    return time.monotonic() - began


class Kept(unittest.TestCase):
    """While the program runs."""

    def setUp(self):
        nft("flush", "ruleset")
        with open(FILE, encoding="utf-8") as source:
            self.file = source.read()
        self.keeper = subprocess.Popen([PROGRAM, "keep"], stdout=subprocess.PIPE, text=True)
        seconds_until(shown)
        self.good = shown()
        # Until it listens; what happens before is found by its own look.
        time.sleep(0.5)

    def tearDown(self):
        self.keeper.terminate()
        self.keeper.wait()
        self.keeper.stdout.close()
        with open(FILE, "w", encoding="utf-8") as out:
            out.write(self.file)

    def comes_back(self, within):
        took = seconds_until(lambda: shown() == self.good)
        print(f"{self.id()}: {took * 1000:.0f} ms", flush=True)
        self.assertLess(took, within)

    def test_a_flush_of_everything(self):
        for _ in range(10):
            nft("flush", "ruleset")
            self.comes_back(2)

    def test_debians_own_ruleset(self):
        nft("-f", DEBIAN)
        self.comes_back(2)
        self.assertIn("table inet filter", nft("list", "tables"))

    def test_a_table_without_its_rules(self):
        nft("flush", "table", *TABLE)
        self.comes_back(2)

    def test_a_rule_that_lets_everybody_in(self):
        nft("insert", "rule", *TABLE, "input", "accept")
        self.comes_back(2)

    def test_a_change_that_it_does_not_hear_of(self):
        # As if the kernel had lost its messages.
        monitor = subprocess.run(["pgrep", "--exact", "nft"], capture_output=True, text=True, check=True).stdout.split()
        os.kill(int(monitor[0]), signal.SIGSTOP)
        nft("insert", "rule", *TABLE, "input", "accept")
        self.comes_back(8)

    def test_a_new_file_stays_and_is_what_comes_back(self):
        with open(f"{FILE}.new", "w", encoding="utf-8") as out:
            out.write(self.file.replace("10.80.0.11", "10.80.0.99"))
        os.rename(f"{FILE}.new", FILE)
        nft("-f", FILE)
        time.sleep(1)
        self.assertIn("10.80.0.99", shown())
        nft("flush", "ruleset")
        seconds_until(lambda: "10.80.0.99" in shown())

    def test_it_says_so(self):
        nft("flush", "ruleset")
        self.comes_back(2)
        self.assertIn("inet beehive_shop_web was removed or changed by another program", self.keeper.stdout.readline())


class Asked(unittest.TestCase):
    """By deploys, by daemons before they start, and by systemd."""

    def setUp(self):
        nft("flush", "ruleset")

    def run_program(self, word, **environment):
        return subprocess.run([PROGRAM, word], env={**os.environ, **environment}, capture_output=True, text=True)

    def test_a_missing_table_is_mended(self):
        self.assertEqual(self.run_program("ensure").returncode, 0)
        self.assertIn("drop", shown())

    def test_a_table_that_cannot_be_loaded_is_said(self):
        os.rename(FILE, f"{FILE}.away")
        try:
            done = self.run_program("ensure")
            kept = self.run_program("keep")
        finally:
            os.rename(f"{FILE}.away", FILE)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(FILE, done.stderr)
        self.assertNotEqual(kept.returncode, 0)

    def test_it_goes_with_its_unit(self):
        self.run_program("ensure")
        self.assertEqual(self.run_program("drop", SERVICE_RESULT="success").returncode, 0)
        self.assertEqual(shown(), "")

    def test_it_stays_when_its_keeper_was_killed(self):
        keeper = subprocess.Popen([PROGRAM, "keep"])
        seconds_until(shown)
        keeper.send_signal(signal.SIGKILL)
        keeper.wait()
        self.run_program("drop", SERVICE_RESULT="signal")
        self.assertIn("drop", shown())


unittest.main()
