"""The shop of the example in Python: PUT /orders/ID, GET /orders/ID, GET /orders."""

import http.server
import os
import time

import pymysql

PATIENCE = 5


def connect(port):
    return pymysql.connect(
        host=os.environ["DB_HOST"],
        port=int(os.environ[port]),
        user=os.environ["DB_USER"],
        password=os.environ["DB_PASSWORD"],
        database=os.environ["DB_NAME"],
        connect_timeout=1,
        autocommit=True,
    )


def query(port, statement, *values):
    """Only for statements that may run twice."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with connect(port) as connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall()
        except pymysql.Error as problem:
            if problem.args[0] == 1146:
                query("DB_PORT", "CREATE TABLE IF NOT EXISTS orders (id CHAR(36) PRIMARY KEY, item TEXT NOT NULL)")
            elif time.monotonic() > deadline:
                raise
            else:
                time.sleep(0.05)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, text):
        body = f"{text}\n".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, "ok")
        if self.path == "/orders":
            return self.answer(200, "\n".join(row[0] for row in query("DB_PORT", "SELECT id FROM orders")))
        order = self.path.removeprefix("/orders/")
        rows = query("DB_READ_PORT", "SELECT item FROM orders WHERE id = %s", order) or query(
            "DB_PORT", "SELECT item FROM orders WHERE id = %s", order
        )
        self.answer(200 if rows else 404, rows[0][0] if rows else "no such order")

    def do_PUT(self):
        item = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        order = self.path.removeprefix("/orders/")
        query("DB_PORT", "REPLACE INTO orders (id, item) VALUES (%s, %s)", order, item)
        self.answer(201, f"order {order} is in")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


Server((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
