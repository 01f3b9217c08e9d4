"""The load balancer: on this machine, and as visitors see it."""

import http.client
import socket

READY_SECONDS = 1
ANSWER_SECONDS = 1


class Entrance:
    def __init__(self, settings):
        self.settings = settings

    def ready(self):
        """Whether the load balancer of this machine serves."""
        connection = http.client.HTTPConnection("127.0.0.1", self.settings.ready_port, timeout=READY_SECONDS)
        try:
            connection.request("GET", "/", headers={"Connection": "close"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def answers(self, holder):
        """Whether the holder serves visitors, at the address or inside the network."""
        places = [self.settings.address, *([holder.inside] if holder.inside else [])]
        return any(served(place, self.settings.port) for place in places)


def served(address, port):
    """The kernel alone accepts a connection, too, but says nothing on it."""
    try:
        with socket.create_connection((address, port), ANSWER_SECONDS) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.sendall(b"HEAD / HTTP/1.0\r\nUser-Agent: beehive\r\n\r\n")
            # Where TLS is spoken, the connection is closed: that is a process, too.
            connection.recv(1)
            return True
    except (ConnectionResetError, BrokenPipeError):
        return True
    except OSError:
        return False
