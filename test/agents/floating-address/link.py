"""The network that carries VRRP in UDP, made by the real kernel."""

import re
import subprocess
import unittest

from address_support.machine import ip

LINK = "/usr/local/lib/beehive/vrrp-link-shop-entrance"
DEVICE = "beehive100"


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def peers():
    return sorted(re.findall(r"^00:00:00:00:00:00 dst (\S+)", output("bridge", "fdb", "show", "dev", DEVICE), re.M))


class Link(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ip("link", "set", "eth0", "up")
        ip("address", "add", "10.80.0.11/24", "dev", "eth0")
        subprocess.run([LINK], check=True)

    def test_it_has_the_last_two_numbers_of_the_machine(self):
        self.assertIn("198.18.0.11/15", output("ip", "-brief", "address", "show", "dev", DEVICE))

    def test_it_sends_to_each_peer(self):
        self.assertEqual(peers(), ["10.80.0.12", "10.80.0.13"])

    def test_it_stays_as_it_is_when_it_is_made_again(self):
        index = output("cat", f"/sys/class/net/{DEVICE}/ifindex")
        subprocess.run([LINK], check=True)
        self.assertEqual(peers(), ["10.80.0.12", "10.80.0.13"])
        self.assertEqual(output("cat", f"/sys/class/net/{DEVICE}/ifindex"), index)

    def test_peers_come_and_go_while_it_is_used(self):
        index = output("cat", f"/sys/class/net/{DEVICE}/ifindex")
        with open(LINK, encoding="utf-8") as source:
            program = source.read()
        changed = program.replace('peers="10.80.0.12 10.80.0.13"', 'peers="10.80.0.13 10.80.0.14"')
        self.assertNotEqual(changed, program)
        subprocess.run(["sh", "-c", changed], check=True)
        self.assertEqual(peers(), ["10.80.0.13", "10.80.0.14"])
        subprocess.run([LINK], check=True)
        self.assertEqual(peers(), ["10.80.0.12", "10.80.0.13"])
        self.assertEqual(output("cat", f"/sys/class/net/{DEVICE}/ifindex"), index)


unittest.main()
