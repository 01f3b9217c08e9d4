"""A machine: its agent as a process of its own, its load balancer, and keepalived's mark on the loopback interface."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from .cloud import Server

PROGRAM = "/usr/local/lib/beehive/address-shop-entrance/beehive-address"
# Where visitors are answered.
PORT = 8081


class Place:
    """Addresses of the loopback interface that no other test uses at the same time."""

    def __init__(self, number):
        self.number = number
        # Where visitors are answered.
        self.address = f"127.0.{number}.2"

    def private(self, machine):
        return f"127.1.{self.number}.{machine}"

    def marker(self, machine):
        return f"127.88.{self.number}.{machine}"


class Machine:
    def __init__(self, place, cloud, number):
        self.place = place
        self.cloud = cloud
        self.name = f"lb-{number}"
        self.interface = f"eni-{number}"
        self.private = place.private(number)
        self.droplet = 1000 + number
        self.anchor = self.private
        self.marker = place.marker(number)
        self.folder = tempfile.mkdtemp(prefix=f"{self.name}-")
        self.heard = f"{self.folder}/heard"
        self.token_file = f"{self.folder}/token"
        self.write_token("dop_v1_example")
        # Enough for a busy machine: one that waits for an election looks again only after a minute.
        self.api_timeout = 5
        self.serves = True
        self.ready = Server(lambda *_: (200 if self.serves else 503, {}, ""))
        self.process = None
        cloud.machines[self.name] = self
        self.metadata = cloud.metadata(self)

    def write_token(self, token):
        with open(self.token_file, "w", encoding="utf-8") as out:
            out.write(token)

    def command(self, *words, **changes):
        settings = {
            "address": self.place.address,
            "port": PORT,
            "marker": self.marker,
            "heard": self.heard,
            "readyPort": self.ready.server_port,
            "pollSeconds": 0.2,
            "apiTimeoutSeconds": self.api_timeout,
            "metadataUrl": self.metadata.url,
            **self.cloud.settings(self),
            **changes,
        }
        path = f"{self.folder}/settings.json"
        with open(path, "w", encoding="utf-8") as out:
            json.dump(settings, out)
        return ["/usr/bin/python3", "-B", PROGRAM, path, *words]

    def start(self):
        with open(f"{self.folder}/journal", "ab") as journal:
            self.process = subprocess.Popen(self.command("run"), stdout=journal, stderr=subprocess.STDOUT)
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def check(self, **changes):
        done = subprocess.run(self.command("check", **changes), capture_output=True, text=True, timeout=30)
        return done.returncode, (done.stdout + done.stderr).strip()

    def elect(self):
        ip("address", "add", f"{self.marker}/32", "dev", "lo")

    def dismiss(self):
        ip("address", "delete", f"{self.marker}/32", "dev", "lo")

    def hears_another(self):
        """keepalived won against one that had been elected, too."""
        with open(self.heard, "w", encoding="utf-8"):
            os.utime(self.heard)

    def has_it(self):
        """Whether it said that it has the address."""
        return f"has {self.place.address}" in self.journal()

    @property
    def claims(self):
        return self.cloud.claims.count(self.name)

    def journal(self):
        with open(f"{self.folder}/journal", encoding="utf-8") as said:
            return said.read()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        subprocess.run(["ip", "address", "delete", f"{self.marker}/32", "dev", "lo"], capture_output=True)
        self.ready.stop()
        self.metadata.stop()
        shutil.rmtree(self.folder)


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def eventually(what, seconds=60):
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def show(*machines):
    for machine in machines:
        print(f"{machine.name} said:\n{machine.journal()}", file=sys.stderr)
