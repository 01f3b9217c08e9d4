"""Three members in one container: MariaDB with Galera and the health agent, real and each on an address of its own."""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time

from beehive_galera import accounts, mariadb, settings as where, tls

CLIENT = "10.79.0.21"
ROOT = "/srv/cluster"
LAUNCHER = """import socket, sys
sys.path.insert(0, {library!r})
connect = socket.create_connection
# All members are on one machine, where the kernel would take the peer's address for its own.
socket.create_connection = lambda address, timeout=5, source_address=None, **more: connect(
    address, timeout, source_address or ({address!r}, 0), **more
)
import os
from beehive_galera import mariadb, writer
# No room is a file here.
room = getattr(writer, "room", None)
writer.room = lambda folder: ["the disk is full"] if os.path.exists({full!r}) else room(folder)
mariadb.SOCKET, mariadb.DATADIR, mariadb.GRASTATE = {socket!r}, {data!r}, {data!r} + "/grastate.dat"
from beehive_galera.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run(*command, **more):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, **more).stdout


def eventually(what, seconds=60, every=0.05):
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


class Node:
    def __init__(self, name, library="/usr/local/lib/beehive"):
        self.settings = where.load(name)
        self.name, self.address, self.port = name, self.settings.me.address, self.settings.agent_port
        self.folder = f"{ROOT}/{name}"
        self.data, self.socket = f"{self.folder}/data", f"{self.folder}/socket"
        self.database = self.agent = None
        os.makedirs(self.settings.run, exist_ok=True)
        os.makedirs(self.settings.state, exist_ok=True)
        run("ip", "address", "add", f"{self.address}/32", "dev", "lo")
        self.write_launcher(library)

    def write_launcher(self, library):
        """Of the program that is started, or loaded, next."""
        self.library = library
        with open(f"{self.folder}/launch.py", "w", encoding="utf-8") as out:
            out.write(LAUNCHER.format(library=library, address=self.address, socket=self.socket, data=self.data, full=f"{self.folder}/full"))

    def start_database(self, *arguments):
        self.database = subprocess.Popen(
            [
                *("mariadbd", f"--defaults-file={self.folder}/node.cnf", "--user=mysql", f"--datadir={self.data}"),
                *(f"--socket={self.socket}", f"--pid-file={self.folder}/pid", f"--log-error={self.folder}/log.err"),
                # A container's disk, and three at once.
                *("--innodb-flush-log-at-trx-commit=0", "--innodb-log-file-size=8M", "--performance-schema=OFF"),
                *arguments,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def start_agent(self):
        with open(f"{self.folder}/agent.log", "ab") as journal:
            self.agent = subprocess.Popen(
                ["/usr/bin/python3", "-B", f"{self.folder}/launch.py", "--group", self.name, "agent"],
                user="beehive-galera",
                stdout=journal,
                stderr=journal,
            )
        return self

    def connect(self):
        mariadb.SOCKET = self.socket
        return mariadb.connect()

    def status(self):
        try:
            with self.connect() as connection, connection.cursor() as cursor:
                return mariadb.live_status(cursor)
        except Exception:
            return {}

    def is_synced(self, size=3):
        status = self.status()
        return status.get("wsrep_local_state") == "4" and status.get("wsrep_cluster_size") == str(size)

    def signal(self, number, *processes):
        for process in processes or (self.database, self.agent):
            process.send_signal(number)

    def say(self):
        for name in ("log.err", "agent.log"):
            try:
                with open(f"{self.folder}/{name}", encoding="utf-8", errors="replace") as said:
                    print(f"--- {self.name} {name}\n{''.join(said.readlines()[-40:])}", file=sys.stderr)
            except OSError:
                pass


def make(names=("db-a", "db-b", "db-c"), agents=True, library="/usr/local/lib/beehive"):
    """A cluster of members in sync. The data are made once and copied, so that nobody waits for a transfer."""
    mysql = pwd.getpwnam("mysql")
    tls.ensure(where.load("shop-db"), mysql.pw_uid, mysql.pw_gid)
    run("ip", "link", "set", "lo", "up")
    run("ip", "address", "add", f"{CLIENT}/32", "dev", "lo")
    nodes = [Node(name, library) for name in names]
    first, *others = nodes
    for folder in glob.glob(f"{ROOT}/*"):
        shutil.chown(folder, "mysql", "mysql")
    run("mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={first.data}", "--skip-test-db")
    first.start_database("--wsrep-new-cluster")
    assert eventually(lambda: first.is_synced(1)) or show(nodes)
    with first.connect() as connection, connection.cursor() as cursor:
        accounts.ensure_system(cursor)
    first.database.terminate()
    first.database.wait()
    for node in others:
        run("cp", "-a", first.data, node.data)
    first.start_database("--wsrep-new-cluster")
    assert eventually(lambda: first.is_synced(1)) or show(nodes)
    for node in others:
        node.start_database()
    for node in nodes:
        assert eventually(node.is_synced) or show(nodes)
    if agents:
        for node in nodes:
            node.start_agent()
    return nodes


class Network:
    """One way between two members can be cut, without either of them being told."""

    def __init__(self):
        run("nft", "add table ip cuts; add chain ip cuts in { type filter hook input priority 0; policy accept; }")

    def cut(self, *ways):
        for source, target in ways:
            run("nft", f"add rule ip cuts in ip saddr {source.address} ip daddr {target.address} drop")

    def mend(self):
        run("nft", "flush chain ip cuts in")


def stop(nodes):
    for node in nodes:
        for process in (node.agent, node.database):
            if process is not None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()


def show(nodes):
    """What they said, into the test's own output. False, for use in an assertion."""
    for node in nodes:
        node.say()
    return False
