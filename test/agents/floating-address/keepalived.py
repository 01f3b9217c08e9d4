"""The real keepalived with the file that Beehive made, alone in its network."""

import os
import signal
import subprocess
import unittest

from address_support.cloud import Server
from address_support.machine import eventually, ip

CONFIG = "/etc/beehive/keepalived/shop-entrance.conf"
LINK = "/usr/local/lib/beehive/vrrp-link-shop-entrance"
RUN = "/run/beehive-keepalived-shop-entrance"
MARKER = "127.88.0.100"


def marked():
    shown = subprocess.run(["ip", "-brief", "address", "show", "dev", "lo"], capture_output=True, text=True, check=True)
    return MARKER in shown.stdout


def reap(pid):
    """This test is process 1 of its container: nobody else takes in what lost its parent, and keepalived counts the dead as running."""
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        eventually(lambda: not os.path.exists(f"/proc/{pid}"))


class Keepalived(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ip("link", "set", "lo", "up")
        ip("link", "set", "eth0", "up")
        ip("link", "set", "eth1", "up")
        ip("address", "add", "10.80.0.11/24", "dev", "eth0")
        os.makedirs(RUN, exist_ok=True)
        if os.path.exists(LINK):
            subprocess.run([LINK], check=True)

    def setUp(self):
        self.serves = True
        self.balancer = Server(lambda *_: (200 if self.serves else 503, {}, ""), 18100)
        self.start()

    def tearDown(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        # As systemd does, whatever happened.
        subprocess.run(["ip", "address", "delete", f"{MARKER}/32", "dev", "lo"], capture_output=True)
        self.balancer.stop()

    def start(self):
        pids = ["--pid", f"{RUN}/keepalived.pid", "--vrrp_pid", f"{RUN}/vrrp.pid"]
        command = ["keepalived", "--dont-fork", "--vrrp", "--log-console", "--use-file", CONFIG, *pids]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)

    def vrrp(self):
        with open(f"{RUN}/vrrp.pid", encoding="utf-8") as source:
            return int(source.read())

    def test_a_machine_that_hears_nobody_is_elected(self):
        self.assertTrue(eventually(marked))

    def test_a_load_balancer_that_does_not_serve_ends_the_election(self):
        self.assertTrue(eventually(marked))
        self.serves = False
        self.assertTrue(eventually(lambda: not marked()))

    def test_the_mark_goes_when_keepalived_ends(self):
        self.assertTrue(eventually(marked))
        self.process.terminate()
        self.process.wait()
        self.assertFalse(marked())

    def test_one_that_was_killed_begins_without_the_mark(self):
        self.assertTrue(eventually(marked))
        vrrp = self.vrrp()
        # Or it would tidy up when its parent dies.
        os.kill(vrrp, signal.SIGSTOP)
        self.process.kill()
        self.process.wait()
        os.kill(vrrp, signal.SIGKILL)
        reap(vrrp)
        self.assertTrue(marked())
        self.start()
        self.assertTrue(eventually(lambda: not marked()))
        self.assertTrue(eventually(marked))


unittest.main()
