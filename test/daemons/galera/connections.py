"""One client opens 250 connections a second and says nothing; the others, and itself, are answered all the same."""

import http.client
import os
import resource
import socket
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler

from beehive_galera.connections import OPEN_PER_CLIENT, FairServer

PORT = 9200
SECONDS = 8
RATE = 250


class Handler(BaseHTTPRequestHandler):
    timeout = 5

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(FairServer):
    def handle_error(self, *_):
        pass


def serve():
    """In a process of its own, with as many open files as systemd gives to a service."""
    child = os.fork()
    if child:
        return child
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
    try:
        Server(("127.0.0.1", PORT), Handler).serve_forever()
    finally:
        os._exit(1)


def ask(source, timeout=0.5):
    """How long an answer takes; None for none."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=timeout, source_address=(source, 0))
    try:
        connection.request("GET", "/writer")
        connection.getresponse().read()
    except OSError:
        return None
    finally:
        connection.close()
    return time.monotonic() - began


def be_silent(source, until):
    """Keeps every connection open for as long as the server does."""
    opened = []
    began = time.monotonic()
    while time.monotonic() < until:
        due = int((time.monotonic() - began) * RATE)
        while len(opened) < due:
            one = socket.socket()
            one.settimeout(0.2)
            one.bind((source, 0))
            try:
                one.connect(("127.0.0.1", PORT))
            except OSError:
                pass
            opened.append(one)
        time.sleep(0.005)
    return opened


class Flood(unittest.TestCase):
    def setUp(self):
        self.server = serve()
        deadline = time.monotonic() + 10
        while ask("127.0.0.1") is None and time.monotonic() < deadline:
            time.sleep(0.05)

    def tearDown(self):
        os.kill(self.server, 9)
        os.waitpid(self.server, 0)

    def test_silent_connections_of_one_client(self):
        until = time.monotonic() + SECONDS
        opened = []
        flood = threading.Thread(target=lambda: opened.extend(be_silent("127.0.0.66", until)))
        flood.start()
        answers = {"127.0.0.77": [], "127.0.0.66": []}
        while time.monotonic() < until:
            for source, took in answers.items():
                took.append(ask(source))
            time.sleep(0.1)
        flood.join()
        self.assertGreater(len(opened), SECONDS * RATE / 2)
        for source, took in answers.items():
            self.assertNotIn(None, took, source)
            print(f"{source}: {len(took)} answers, the slowest after {max(took) * 1000:.0f} ms", flush=True)
        for one in opened:
            one.close()

    def test_the_oldest_gives_way(self):
        until = time.monotonic() + 60
        opened = []
        for _ in range(OPEN_PER_CLIENT + 1):
            opened.append(socket.create_connection(("127.0.0.1", PORT), 1, ("127.0.0.66", 0)))
        self.assertEqual(opened[0].recv(1), b"")
        opened[-1].sendall(b"GET / HTTP/1.0\r\n\r\n")
        self.assertTrue(opened[-1].recv(1024).startswith(b"HTTP/1.0 200"))
        self.assertLess(time.monotonic(), until)
        for one in opened:
            one.close()


unittest.main()
