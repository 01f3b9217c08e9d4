"""Counts visits in the cache, which is several servers: each keeps the keys that a hash gives to it."""

import http.server
import os
import socket
import zlib

SERVERS = [server.rsplit(":", 1) for server in os.environ["CACHE"].split(",")]


def ask(key, request):
    host, port = SERVERS[zlib.crc32(key.encode()) % len(SERVERS)]
    with socket.create_connection((host, int(port)), 0.2) as connection:
        connection.settimeout(0.2)
        connection.sendall(request.encode() + b"\r\n")
        return connection.recv(4096).decode()


def visits(page):
    ask(page, f"add {page} 0 0 1\r\n0")
    return ask(page, f"incr {page} 1").strip()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/health":
            return self.answer("ok")
        try:
            self.answer(f"visit {visits('front')}")
        except OSError:
            # A lost cache costs the count and not the page.
            self.answer("welcome")

    def answer(self, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
