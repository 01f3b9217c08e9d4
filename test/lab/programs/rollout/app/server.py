import http.server
import os
import socket

GREETING = os.environ["GREETING"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        broken = self.path == "/health" and GREETING == "broken"
        body = f"{GREETING} from {socket.gethostname()}\n".encode()
        self.send_response(500 if broken else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    # Everybody who waited for an address comes at once when it has moved; Python's own is 5.
    request_queue_size = 1024


Server((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
