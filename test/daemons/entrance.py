"""The real HAProxy with an entrance's file, between visitors and a server that says what it was asked."""

import http.client
import http.server
import json
import os
import subprocess
import threading
import time
import unittest

CONFIG = "/etc/beehive/haproxy/shop-web.cfg"
ENTRANCE = "127.0.0.2"
RUN = "/run/beehive-haproxy-shop-web"


class Application(http.server.BaseHTTPRequestHandler):
    checks = []
    well = True

    # As an application that sends everything to HTTPS and knows its own names only.
    def do_GET(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = 200
        if self.path == "/health":
            Application.checks.append(headers)
            if headers.get("x-forwarded-proto") != "https":
                status = 301
            elif headers.get("host") != "shop.example.org":
                status = 400
            elif not self.well:
                status = 503
        body = json.dumps(headers).encode("ascii")
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            # HAProxy has seen enough of a bad check.
            pass

    def log_message(self, *_):
        pass


def eventually(what, seconds=15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.05)
    return False


def door(path):
    """What the load balancer says to servers and to other load balancers."""
    connection = http.client.HTTPConnection("127.0.0.3", 18100, timeout=5)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def visit(headers):
    connection = http.client.HTTPConnection(ENTRANCE, 80, timeout=5)
    connection.putrequest("GET", "/", skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


class Entrance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        os.makedirs(RUN, exist_ok=True)
        cls.application = http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Application)
        threading.Thread(target=cls.application.serve_forever, daemon=True).start()
        cls.haproxy = subprocess.Popen(["haproxy", "-db", "-f", CONFIG], stderr=subprocess.DEVNULL)
        if not eventually(lambda: os.path.exists(f"{RUN}/ready.sock") and cls.served()):
            raise AssertionError("the entrance does not serve")

    @classmethod
    def tearDownClass(cls):
        cls.haproxy.kill()
        cls.haproxy.wait()
        cls.application.shutdown()
        cls.application.server_close()

    @staticmethod
    def served():
        try:
            return visit([("Host", "shop.example.org")])[0] == 200
        except OSError:
            return False

    def test_checks_look_like_visitors(self):
        self.assertTrue(eventually(lambda: Application.checks))
        sent = Application.checks[-1]
        wanted = {"host": "shop.example.org", "x-forwarded-proto": "https", "x-forwarded-for": "10.80.0.11"}
        self.assertEqual({name: sent.get(name) for name in wanted}, wanted)
        # For longer than a server that fails its checks would stay.
        time.sleep(3)
        self.assertTrue(self.served())

    def test_others_hear_whether_it_has_servers(self):
        own = "/127.0.0.1:8080"
        self.assertEqual([door("/any"), door(own), door("/127.0.0.1:1")], [200, 200, 404])
        Application.well = False
        try:
            self.assertTrue(eventually(lambda: [door("/any"), door(own)] == [503, 503]))
        finally:
            Application.well = True
        self.assertTrue(eventually(lambda: [door("/any"), door(own)] == [200, 200]))

    def test_what_a_visitor_claims_about_itself_is_not_passed_on(self):
        claims = [
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "X-Forwarded-Proto",
            "X-Forwarded-Prefix",
            "X-Forwarded-Ssl",
            "X-Forwarded",
            "Forwarded",
            "X-Real-IP",
            "X-Client-IP",
            "True-Client-IP",
            "X_Forwarded_For",
            "X_FORWARDED_HOST",
            "x-forwarded_proto",
            "X_Real_IP",
        ]
        headers = [("Host", "shop.example.org"), ("X-Forward", "stays"), *((name, "evil.example.net") for name in claims)]
        status, body = visit(headers)
        self.assertEqual(status, 200)
        self.assertNotIn(b"evil", body)
        seen = json.loads(body)
        self.assertEqual(
            {name: value for name, value in seen.items() if name.startswith("x-")},
            {
                "x-forward": "stays",
                "x-forwarded-for": "127.0.0.1",
                "x-forwarded-host": "shop.example.org",
                "x-forwarded-port": "80",
                "x-forwarded-proto": "http",
                "x-real-ip": "127.0.0.1",
            },
        )
        self.assertEqual(seen["host"], "shop.example.org")


unittest.main()
