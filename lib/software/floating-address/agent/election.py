"""Whether this machine is elected, as keepalived says it.

keepalived adds an address to the loopback interface while it is MASTER and takes it away when it is not. The kernel knows it
at any moment, also when this program or keepalived was just restarted, and tells every change in order: a file that a
notify script writes would say MASTER for ever after keepalived was killed, and two scripts may overtake each other.
"""

import os
import select
import socket
import struct
import time

RTMGRP_IPV4_IFADDR = 0x10
NLM_F_REQUEST, NLM_F_DUMP = 0x1, 0x300
NLMSG_ERROR, NLMSG_DONE, RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR = 2, 3, 20, 21, 22
IFA_LOCAL = 2
HEADER = struct.Struct("=IHHII")
# Family, prefix length, flags, scope, index of the interface.
BODY = struct.Struct("=BBBBi")
ATTRIBUTE = struct.Struct("=HH")


class Election:
    def __init__(self, marker, heard):
        self.marker = socket.inet_aton(marker)
        self.heard = heard
        self.events = netlink(RTMGRP_IPV4_IFADDR)
        self.events.setblocking(False)
        self.count = 0
        self.elected = False
        self.take(self.present())

    def term(self):
        """None when this machine is not elected. Otherwise what differs from one election that it won to the next."""
        self.drain()
        return (self.count, self.heard_at()) if self.elected else None

    def wait(self, seconds):
        """Ends early when this machine is elected, or is not any more."""
        deadline = time.monotonic() + seconds
        before = (self.count, self.elected)
        while True:
            self.drain()
            left = deadline - time.monotonic()
            if left <= 0 or (self.count, self.elected) != before:
                return
            select.select([self.events], [], [], left)

    def heard_at(self):
        try:
            return os.stat(self.heard).st_mtime_ns
        except OSError:
            return None

    def take(self, elected):
        self.count += elected
        self.elected = elected

    def drain(self):
        while True:
            try:
                data = self.events.recv(65536)
            except BlockingIOError:
                return
            except OSError:
                # The kernel had more to say than the socket could hold.
                self.take(self.present())
                continue
            for kind, address in changes(data):
                if address == self.marker:
                    self.take(kind == RTM_NEWADDR)

    def present(self):
        with netlink(0) as asked:
            asked.settimeout(5)
            body = BODY.pack(socket.AF_INET, 0, 0, 0, 0)
            asked.send(HEADER.pack(HEADER.size + len(body), RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + body)
            found = False
            while True:
                data = asked.recv(65536)
                found = found or any(address == self.marker for _, address in changes(data))
                if any(kind in (NLMSG_DONE, NLMSG_ERROR) for kind, _ in messages(data)):
                    return found


def netlink(groups):
    made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    made.bind((0, groups))
    return made


def messages(data):
    at = 0
    while at + HEADER.size <= len(data):
        length, kind, *_ = HEADER.unpack_from(data, at)
        yield kind, data[at + HEADER.size : at + length]
        at += max(HEADER.size, (length + 3) & ~3)


def changes(data):
    """The kind of each message about an address, and its address."""
    for kind, body in messages(data):
        if kind not in (RTM_NEWADDR, RTM_DELADDR):
            continue
        at = BODY.size
        while at + ATTRIBUTE.size <= len(body):
            length, name = ATTRIBUTE.unpack_from(body, at)
            if name == IFA_LOCAL:
                yield kind, body[at + ATTRIBUTE.size : at + length]
            at += max(ATTRIBUTE.size, (length + 3) & ~3)
