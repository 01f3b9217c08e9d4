"""The health agent: looks at MariaDB all the time, and answers from memory.

GET /writer  200 on the one node that takes the writes, elsewhere 503
GET /reader  200 where reads may go, elsewhere 503
GET /status  what the node knows, as JSON
POST /lease  another agent asks for this one's vote (see `lease`), as JSON

A state that is older than a second counts as a failure: MariaDB hangs, and so would whoever is sent there.
"""

import http
import json
import os
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler

import pymysql

from . import mariadb, writer
from .connections import FairServer
from .lease import LONGEST_SECONDS, Lease, Request, Vote, now
from .peers import AGENT, ask_all
from .settings import PROGRAM_VERSION
from .state import STALE_SECONDS, State, describe

ACCOUNT = "beehive-galera"
INHERITED_SOCKET = "BEEHIVE_LISTEN_FD"
INHERITED_ROLE = "BEEHIVE_ROLE"
# A request for a vote is a few names and numbers.
LONGEST_REQUEST = 4096


class Poller(threading.Thread):
    def __init__(self, settings, vote, lease):
        super().__init__(daemon=True)
        self.settings = settings
        self.vote = vote
        self.lease = lease
        self.candidate = writer.Candidate(settings, lease)
        self.connection = None
        self.looked_at = now()
        # It was away for a while: what MariaDB says may be from before that.
        self.doubt = None
        self.agreed_at = None
        self.state = State(now(), problem="MariaDB was not asked yet")

    def run(self):
        while True:
            started = time.monotonic()
            self.look()
            time.sleep(max(0.01, self.settings.poll_seconds - (time.monotonic() - started)))

    @property
    def is_writer(self):
        """Compares the clock last: the role ends by itself."""
        state = self.state
        return state.has_row and not state.reasons and state.fresh and self.lease.held

    def look(self):
        at = now()
        if at - self.looked_at > self.settings.poll_seconds + STALE_SECONDS:
            self.doubt, self.agreed_at = f"was away for {at - self.looked_at:.1f} s", None
        self.looked_at = at
        try:
            if self.connection is None:
                self.connection = mariadb.connect(ACCOUNT, timeout=2)
            with self.connection.cursor() as cursor:
                self.state = self.ask(cursor, at)
                self.settle(cursor, self.state)
        except (pymysql.MySQLError, OSError) as problem:
            self.state = State(at, problem=f"MariaDB does not answer: {problem}")
            self.hang_up()

    def ask(self, cursor, at):
        status = mariadb.live_status(cursor)
        draining = os.path.exists(self.settings.drain_file)
        if status.get("wsrep_cluster_status") != "Primary" or status.get("wsrep_ready") != "ON":
            return State(at, status, draining=draining, doubt=self.doubt)
        try:
            row, members = writer.read(cursor)
            self.lease.watch(members.values())
            doubt, unsure = self.judge(members, at)
            state = State(at, status, row, members, draining, doubt=doubt, unsure=unsure)
            if not state.has_row and self.candidate.step(cursor, state):
                state = State(at, status, *writer.read(cursor), draining, unsure=unsure)
            return state
        except pymysql.MySQLError:
            # The component changed meanwhile, the table is not made yet, or another node's claim came first.
            self.hang_up()
            return State(at, status, draining=draining, doubt=self.doubt)

    def settle(self, cursor, state):
        """The state is known to those who ask by now: what is given back here was said for the last time before."""
        if state.has_row and not state.reasons:
            self.lease.renew(state.row["epoch"], state.at)
        elif state.certain:
            self.lease.give_back()
            if state.has_row and state.resigns:
                try:
                    writer.give_back(cursor, state.uuid)
                except pymysql.MySQLError:
                    # The lease is over anyway; the next look tries again.
                    self.hang_up()

    def judge(self, members, at):
        """
        What is in the way of all, and of reads alone. A majority that counts this node among its members may be about to go
        on without it: it has begun when the node was silent for long enough, and ends within a lease.
        """
        if self.doubt is None:
            return None, None
        if not self.belongs(members):
            self.agreed_at = None
            return f"{self.doubt}, and no majority has said since that it belongs to them", None
        self.agreed_at = at if self.agreed_at is None else self.agreed_at
        if at - self.agreed_at < self.settings.lease_seconds:
            return None, f"{self.doubt}, and the others may be about to go on without it"
        self.doubt = self.agreed_at = None
        return None, None

    def belongs(self, members):
        """Whether those who were not away count this node among them."""
        others = set(members.values()) - {self.settings.node}
        answers = ask_all(self.settings.peers, self.settings.agent_port, 0.3)
        agree = {a.name for a in answers if a.kind == AGENT and a.primary and self.settings.node in a.status.get("members", [])}
        return len(agree) + 1 >= self.settings.majority or others <= agree

    def lend(self, request, address):
        """This agent's vote, to the member that asks for it from its own address; None for anybody else."""
        if not any(peer.name == request.holder and peer.address == address for peer in self.settings.peers):
            return None
        state, granted = self.state, False
        if request.seconds == 0:
            self.vote.take_back(request.token)
        elif not (state.primary and state.row and state.row["epoch"] > request.epoch):
            granted = self.vote.lend(request.holder, request.token, request.seconds)
        return {"version": PROGRAM_VERSION, "granted": granted, "lentTo": self.vote.lent_to()}

    def hang_up(self):
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                connection.close()
            except (pymysql.MySQLError, OSError):
                pass


class Handler(BaseHTTPRequestHandler):
    # A client that opens a connection and says nothing holds its thread no longer.
    timeout = 5

    def do_GET(self):
        poller, settings = self.server.poller, self.server.settings
        if self.path == "/writer":
            # Both are ready before the clock is asked, so that nothing lies between its answer and this one.
            yes, no = reply(200, "writer\n"), reply(503, "not the writer\n")
            self.connection.sendall(yes if poller.is_writer else no)
        elif self.path == "/reader":
            yes, no = reply(200, "reader\n"), reply(503, "not readable\n")
            self.connection.sendall(yes if poller.state.is_reader(poller.is_writer) else no)
        elif self.path == "/status":
            self.say(describe(settings, poller.state, poller.is_writer, poller.vote))
        else:
            self.connection.sendall(reply(404, "/writer, /reader and /status are answered\n"))

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if self.path != "/lease" or not length.isdigit() or int(length) > LONGEST_REQUEST:
            self.connection.sendall(reply(404, "/lease is answered\n"))
            return
        try:
            request = Request(self.rfile.read(int(length)))
        except ValueError as problem:
            self.connection.sendall(reply(400, f"{problem}\n"))
            return
        answer = self.server.poller.lend(request, self.client_address[0])
        if answer is None:
            self.connection.sendall(reply(403, "votes are lent to the other members only\n"))
        else:
            self.say(answer)

    def say(self, value):
        self.connection.sendall(reply(200, json.dumps(value) + "\n", "application/json"))

    def log_message(self, *_):
        """Proxies ask several times a second; nobody reads that."""


def reply(code, body, kind="text/plain"):
    data = body.encode()
    head = (
        f"HTTP/1.0 {code} {http.HTTPStatus(code).phrase}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(data)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + data


class Server(FairServer):
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


def inherited_role(settings):
    """Vote and lease of the program before a reload."""
    role = json.loads(os.environ.pop(INHERITED_ROLE, "null"))
    if role is not None:
        vote = Vote(*role["vote"])
        return vote, Lease(settings, vote, *role["lease"])
    # Before a reload there was a program of the first version, which lends nothing. Otherwise nobody knows.
    vote = Vote(0.0 if INHERITED_SOCKET in os.environ else now() + LONGEST_SECONDS)
    return vote, Lease(settings, vote)


def serve(settings):
    reload = threading.Event()
    signal.signal(signal.SIGHUP, lambda *_: reload.set())
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    vote, lease = inherited_role(settings)
    poller = Poller(settings, vote, lease)
    poller.look()
    poller.start()
    server = Server(settings, poller)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    reload.wait()
    os.set_inheritable(server.socket.fileno(), True)
    os.environ[INHERITED_SOCKET] = str(server.socket.fileno())
    # Nothing is lent, asked for or given back from here on.
    os.environ[INHERITED_ROLE] = json.dumps({"lease": lease.pack(), "vote": vote.pack()})
    os.execv(sys.executable, [sys.executable, "-B", *sys.argv])
