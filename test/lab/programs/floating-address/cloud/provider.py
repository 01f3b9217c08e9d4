"""Both clouds in one program on a machine of the lab: API, metadata, and a network that delivers an address where the API says."""

import json
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

from address_support.cloud import Aws, DigitalOcean, Server

NETLINK_NETFILTER = 12
NETWORK = """
table ip cloud {{
    map holders {{ type ipv4_addr : ipv4_addr; }}
    chain inward {{
        type nat hook prerouting priority dstnat;
        dnat to ip daddr map @holders
    }}
    chain outward {{
        type nat hook postrouting priority srcnat;
        ct status dnat masquerade
    }}
    chain nobody {{
        type filter hook input priority filter;
        ip daddr {{ {addresses} }} drop
    }}
    chain silence {{
        type filter hook output priority filter;
        icmp type destination-unreachable drop
    }}
}}
"""


class Network:
    """Visitors' connections to a public address go to the private one of its holder. Where there is none, nothing is said."""

    def __init__(self, addresses):
        self.lock = threading.Lock()
        self.holders = {}
        for address in addresses:
            run("ip", "address", "add", f"{address}/32", "dev", "eth1")
        run("nft", "-f", "-", given=NETWORK.format(addresses=", ".join(addresses)))

    def deliver(self, address, inside):
        with self.lock:
            self.holders[address] = inside
            elements = ", ".join(f"{public} : {private}" for public, private in self.holders.items())
            run("nft", "-f", "-", given=f"flush map ip cloud holders; add element ip cloud holders {{ {elements} }}")
            forget_connections()


def forget_connections():
    """Or what is under way would go on to the holder before: no cloud remembers connections when an address moves."""
    # IPCTNL_MSG_CT_DELETE without a tuple: all of them. NLM_F_REQUEST, NLM_F_ACK.
    delete = struct.pack("=IHHII", 20, 1 << 8 | 2, 0x5, 1, 0) + struct.pack("=BBH", socket.AF_INET, 0, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as kernel:
        kernel.send(delete)
        (error,) = struct.unpack_from("=i", kernel.recv(4096), 16)
    if error != 0:
        raise OSError(-error, "the kernel does not forget its connections")


def run(*command, given=None):
    subprocess.run(command, input=given, text=True, check=True, capture_output=True)


class Delivering:
    """Mixed into a cloud: where its API says that the address is, there its network delivers it."""

    def __init__(self, network, address):
        self.network = network
        # Seconds since 1970, and who has had the address since then.
        self.moves = []
        super().__init__(address)

    def listen(self, port=0):
        """Both clouds are behind the one server that speaks TLS."""

    def move(self, machine):
        super().move(machine)
        self.network.deliver(self.address, self.inside(self.machines[machine]))
        self.moves.append({"to": machine, "at": time.time()})

    def state(self):
        return {"holder": self.holder, "claims": self.claims, "moves": self.moves, "requests": len(self.requests)}


class ElasticIps(Delivering, Aws):
    def inside(self, machine):
        return machine.private


class ReservedIps(Delivering, DigitalOcean):
    def inside(self, machine):
        return machine.anchor


class Api(Server):
    """HTTPS, for every name that stands in the certificate."""

    def __init__(self, address, certificate, clouds):
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate)
        self.clouds = clouds
        super().__init__(self.asked, 443, address)

    def get_request(self):
        connection, client = super().get_request()
        # The thread of the request shakes hands, not the one that waits for the next.
        return self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), client

    def asked(self, method, path, headers, body):
        return self.clouds[headers["Host"]].serve(method, path, headers, body)


class Metadata(Server):
    """Tells each machine about itself: both clouds' services have the same address and different paths."""

    def __init__(self, address, aws, digitalocean, machines):
        self.answers = {
            machine.private: self.both(aws.metadata_of(machine), digitalocean.metadata_of(machine)) for machine in machines
        }
        super().__init__(lambda *_: (404, {}, ""), 80, address)

    @staticmethod
    def both(aws, digitalocean):
        return lambda method, path, headers, body: (aws if path.startswith("/latest/") else digitalocean)(
            method, path, headers, body
        )

    def answer_to(self, client):
        return self.answers.get(client, self.answer)


def control(clouds):
    """For the test: what happened, and what shall fail."""

    def answer(method, path, _, body):
        cloud = clouds[path.lstrip("/")]
        if method == "POST":
            for name, value in json.loads(body).items():
                getattr(cloud, name)
                setattr(cloud, name, value)
        return 200, {}, json.dumps(cloud.state())

    return answer


def main(path):
    with open(path, encoding="utf-8") as source:
        settings = json.load(source)
    machines = [
        SimpleNamespace(name=name, private=private, anchor=anchor, interface=f"eni-{number}", droplet=1000 + number)
        for number, (name, private, anchor) in enumerate(settings["machines"], 1)
    ]
    public = settings["public"]
    network = Network(public.values())
    aws, digitalocean = ElasticIps(network, public["elastic"]), ReservedIps(network, public["reserved"])
    aws.REGION, aws.ALLOCATION = settings["region"], settings["allocation"]
    digitalocean.token = settings["token"]
    for cloud in (aws, digitalocean):
        cloud.machines = {machine.name: machine for machine in machines}
    names = {settings["names"]["elastic"]: aws, settings["names"]["reserved"]: digitalocean}
    Api(settings["inside"], settings["certificate"], names)
    Metadata(settings["inside"], aws, digitalocean, machines)
    Server(control({"elastic": aws, "reserved": digitalocean}), 8000, settings["outside"])
    threading.Event().wait()


main(sys.argv[1])
