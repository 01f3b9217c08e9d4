"""Asks all agents all the time, as the proxies do, and looks for two that say "writer" at once."""

import socket
import threading
import time

from .cluster import CLIENT

EVERY_SECONDS = 0.05
# As HAProxy's checks: what comes later is heard by nobody.
TIMEOUT_SECONDS = 0.5
# Shorter than any lease: a role that comes back within it had never ended.
TOO_SOON_SECONDS = 0.3


def ask(node, path="/writer", timeout=TIMEOUT_SECONDS):
    """The status of the answer, or None."""
    deadline = time.monotonic() + timeout
    try:
        with socket.create_connection((node.address, node.port), timeout, (CLIENT, 0)) as connection:
            connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            data = b""
            while b"\r\n" not in data and (left := deadline - time.monotonic()) > 0:
                connection.settimeout(left)
                more = connection.recv(4096)
                if not more:
                    break
                data += more
            return int(data.split()[1]) if b"\r\n" in data else None
    except (OSError, IndexError):
        return None


class Prober:
    """Keeps the answers "writer" as (node, asked at, answered at)."""

    def __init__(self, nodes):
        self.nodes, self.yes, self.asked, self.ended = nodes, [], 0, False
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        due = time.monotonic()
        while not self.ended:
            # All at the same moment, and none waits for the answer of another.
            for node in self.nodes:
                threading.Thread(target=self.ask, args=(node,), daemon=True).start()
            due = max(due + EVERY_SECONDS, time.monotonic())
            time.sleep(max(0.0, due - time.monotonic()))

    def ask(self, node):
        began = time.monotonic()
        status = ask(node)
        self.asked += 1
        if status == 200:
            self.yes.append((node.name, began, time.monotonic()))

    def writer(self):
        """The only one now, or None."""
        found = [node for node in self.nodes if ask(node) == 200]
        return found[0] if len(found) == 1 else None

    def end(self):
        self.ended = True
        self.thread.join()
        time.sleep(TIMEOUT_SECONDS)
        self.yes.sort(key=lambda answer: answer[2])
        return self

    def both(self):
        """Pairs of answers of two nodes that cannot have come one after the other."""
        found, before = [], {}
        for answer in self.yes:
            name, asked, _ = answer
            found += [(other, answer) for other in before.values() if other[0] != name and other[2] > asked]
            before[name] = answer
        moves = [(a, b) for a, b in zip(self.yes, self.yes[1:]) if a[0] != b[0]]
        came_back = [(a, b, c) for (a, b), (_, c) in zip(moves, moves[1:]) if a[0] == c[0] and c[2] - a[1] < TOO_SOON_SECONDS]
        return found + came_back

    def gaps(self):
        """Times without a writer, longest first: (seconds, since)."""
        return sorted(((b[2] - a[2], a[2]) for a, b in zip(self.yes, self.yes[1:])), reverse=True)
