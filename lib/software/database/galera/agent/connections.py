"""A server that no client keeps from answering the others."""

import socket
import threading
from http.server import ThreadingHTTPServer

# A proxy has two questions open at a time, an operator one. All clients together stay far below 1024, which systemd allows.
OPEN_PER_CLIENT = 32


class FairServer(ThreadingHTTPServer):
    """
    Of one client's connections the oldest gives way to a new one: what asks is answered within milliseconds, and what is old
    is silent or dawdles. So a client that opens connections and says nothing is still answered itself.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, *args, **kwargs):
        self.guard = threading.Lock()
        # Connections of each client, the oldest first.
        self.clients = {}
        super().__init__(*args, **kwargs)

    def process_request(self, request, client_address):
        client = client_address[0]
        with self.guard:
            mine = self.clients.setdefault(client, {})
            oldest = next(iter(mine)) if len(mine) >= OPEN_PER_CLIENT else None
            mine.pop(oldest, None)
            mine[request] = None
        if oldest is not None:
            hang_up(oldest)
        try:
            super().process_request(request, client_address)
        except RuntimeError:
            # No more threads: this one is not answered, the next may be.
            self.shutdown_request(request)

    def shutdown_request(self, request):
        """The end of every connection, however it came."""
        with self.guard:
            for client, mine in list(self.clients.items()):
                if request in mine:
                    del mine[request]
                    if not mine:
                        del self.clients[client]
                    break
        super().shutdown_request(request)


def hang_up(request):
    """Its thread sees the end and closes it."""
    try:
        request.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It has ended by now.
        pass
