"""What beehive-apply puts in the place of a droplet's anchor address."""

import unittest

from beehive_apply import placeholders, report

from address_support.cloud import Server

PATH = "/metadata/v1/interfaces/public/0/anchor_ipv4/address"


class Anchor(unittest.TestCase):
    def filled(self, status, text):
        server = Server(lambda method, path, *_: (status, {}, text) if (method, path) == ("GET", PATH) else (404, {}, ""))
        placeholders.METADATA = server.url
        try:
            return placeholders.fill("bind {{beehive:anchor:digitalocean}}:80 transparent", {})
        finally:
            server.stop()

    def test_it_is_what_the_metadata_say(self):
        self.assertEqual(self.filled(200, "10.19.0.5\n"), "bind 10.19.0.5:80 transparent")

    def test_a_machine_without_one_is_refused(self):
        with self.assertRaisesRegex(report.Refused, "anchor address is not known"):
            self.filled(404, "not found")

    def test_what_is_no_address_is_refused(self):
        with self.assertRaisesRegex(report.Refused, "anchor address is not known"):
            self.filled(200, "10.19.0.5; drop")


unittest.main()
