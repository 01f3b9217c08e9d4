"""The health agent: looks at MariaDB all the time, and answers from memory.

GET /writer  200 on the one node that takes the writes, elsewhere 503
GET /reader  200 where reads may go, elsewhere 503
GET /status  what the node knows, as JSON

A state that is older than a second counts as a failure: MariaDB hangs, and so would whoever is sent there.
"""

import json
import os
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pymysql

from . import mariadb, writer
from .settings import PROGRAM_VERSION, read_json

ACCOUNT = "beehive-galera"
STALE_SECONDS = 1.0
INHERITED_SOCKET = "BEEHIVE_LISTEN_FD"


class State:
    """One look at MariaDB."""

    def __init__(self, status=None, row=None, members=None, draining=False, problem=None):
        self.at = time.monotonic()
        self.status = status or {}
        self.row = row
        self.members = members or {}
        self.draining = draining
        self.problems = [problem] if problem else writer.writable(self.status)
        if draining:
            self.problems = [*self.problems, "draining"]

    @property
    def fresh(self):
        return time.monotonic() - self.at <= STALE_SECONDS

    @property
    def is_writer(self):
        uuid = self.status.get("wsrep_gcomm_uuid")
        return self.fresh and not self.problems and self.row is not None and bool(uuid) and self.row["uuid"] == uuid

    @property
    def is_reader(self):
        return self.fresh and not self.problems

    @property
    def primary(self):
        return self.fresh and self.status.get("wsrep_cluster_status") == "Primary"

    @property
    def writer_name(self):
        return self.row["name"] if self.row is not None and not writer.vacant(self.row, self.members) else None


class Poller(threading.Thread):
    def __init__(self, settings):
        super().__init__(daemon=True)
        self.settings = settings
        self.candidate = writer.Candidate(settings.node)
        self.connection = None
        self.state = State(problem="MariaDB was not asked yet")

    def run(self):
        while True:
            started = time.monotonic()
            self.look()
            time.sleep(max(0.01, self.settings.poll_seconds - (time.monotonic() - started)))

    def look(self):
        try:
            if self.connection is None:
                self.connection = mariadb.connect(ACCOUNT, timeout=2)
            with self.connection.cursor() as cursor:
                self.state = self.ask(cursor)
        except (pymysql.MySQLError, OSError) as problem:
            self.state = State(problem=f"MariaDB does not answer: {problem}")
            self.hang_up()

    def ask(self, cursor):
        status = mariadb.live_status(cursor)
        draining = os.path.exists(self.settings.drain_file)
        state = State(status, draining=draining)
        if status.get("wsrep_cluster_status") != "Primary" or status.get("wsrep_ready") != "ON":
            return state
        try:
            row, members = writer.read(cursor)
            if self.candidate.step(cursor, status, row, members, may_write=not state.problems):
                row, members = writer.read(cursor)
        except pymysql.MySQLError:
            # The component changed meanwhile, the table is not made yet, or another node's claim came first.
            self.hang_up()
            return state
        if draining and row is not None and row["uuid"] == status.get("wsrep_gcomm_uuid"):
            writer.give_back(cursor, row["uuid"])
        return State(status, row, members, draining)

    def hang_up(self):
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                connection.close()
            except (pymysql.MySQLError, OSError):
                pass


def describe(settings, state):
    """For operators, for the other members before they start, and for the keeper."""
    status = state.status if state.fresh else {}
    kept = read_json(f"{settings.run}/keeper.json") or {}
    number = lambda name: int(status[name]) if status.get(name, "").lstrip("-").isdigit() else None
    return {
        "version": PROGRAM_VERSION,
        "group": settings.group,
        "node": settings.node,
        "primary": state.primary,
        "clusterUuid": status.get("wsrep_cluster_state_uuid") if state.primary else None,
        "size": number("wsrep_cluster_size"),
        "members": sorted(state.members.values()),
        "state": status.get("wsrep_local_state_comment"),
        "uuid": status.get("wsrep_gcomm_uuid"),
        "seqno": number("wsrep_last_committed"),
        "synced": state.primary and status.get("wsrep_local_state") == writer.SYNCED and status.get("wsrep_ready") == "ON",
        "writer": state.writer_name,
        "epoch": state.row["epoch"] if state.row else None,
        "isWriter": state.is_writer,
        "isReader": state.is_reader,
        "draining": state.draining,
        "problems": state.problems if state.fresh else ["MariaDB has not answered for more than a second"],
        "formed": settings.marker,
        "bootstrapped": settings.marker is not None,
        "position": read_json(f"{settings.run}/position.json"),
        "recovery": kept.get("recovery"),
    }


class Handler(BaseHTTPRequestHandler):
    # A client that opens a connection and says nothing holds its thread no longer.
    timeout = 5

    def do_GET(self):
        state, settings = self.server.poller.state, self.server.settings
        if self.path == "/writer":
            self.answer(200 if state.is_writer else 503, "writer\n" if state.is_writer else "not the writer\n")
        elif self.path == "/reader":
            self.answer(200 if state.is_reader else 503, "reader\n" if state.is_reader else "not readable\n")
        elif self.path == "/status":
            self.answer(200, json.dumps(describe(settings, state)) + "\n", "application/json")
        else:
            self.answer(404, "/writer, /reader and /status are answered\n")

    def answer(self, code, body, kind="text/plain"):
        data = body.encode()
        self.send_response_only(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Proxies ask several times a second; nobody reads that."""


class Server(ThreadingHTTPServer):
    request_queue_size = 256

    def __init__(self, settings, poller):
        address = (settings.me.address, settings.agent_port)
        inherited = inherited_socket(address)
        super().__init__(address, Handler, bind_and_activate=inherited is None)
        if inherited is not None:
            self.socket.close()
            self.socket = inherited
        self.settings = settings
        self.poller = poller

    def server_bind(self):
        """Without the base class's look-up of the host's name, which may ask a name server."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)

    def handle_error(self, *_):
        """The client hung up."""


def inherited_socket(address):
    """The program before a reload left its listening socket; connections wait in it and none is refused."""
    descriptor = os.environ.pop(INHERITED_SOCKET, None)
    if descriptor is None:
        return None
    left = socket.socket(fileno=int(descriptor))
    if left.getsockname() == address:
        return left
    left.close()
    return None


def serve(settings):
    reload = threading.Event()
    signal.signal(signal.SIGHUP, lambda *_: reload.set())
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    poller = Poller(settings)
    poller.look()
    poller.start()
    server = Server(settings, poller)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    reload.wait()
    os.set_inheritable(server.socket.fileno(), True)
    os.environ[INHERITED_SOCKET] = str(server.socket.fileno())
    os.execv(sys.executable, [sys.executable, "-B", *sys.argv])
