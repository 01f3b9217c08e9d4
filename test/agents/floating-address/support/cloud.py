"""A cloud: its API and the metadata service of each machine, as the providers document them. Here it is on the loopback interface.

What it does not show is how long the real ones take, and what they do that they do not document.
"""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, answer, port=0, address="127.0.0.1"):
        self.answer = answer
        super().__init__((address, port), Handler)
        self.url = f"http://{address}:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def answer_to(self, client):
        """What answers a client, by its address."""
        return self.answer

    def handle_error(self, *_):
        """The agent hung up."""

    def stop(self):
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    def handle_one(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        answer = self.server.answer_to(self.client_address[0])
        status, headers, text = answer(self.command, self.path, self.headers, body)
        data = text.encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), "Connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_HEAD = handle_one

    def log_message(self, *_):
        pass


class Cloud:
    """What both clouds do: keep the address, and fail in the ways that are asked for."""

    def __init__(self, address):
        # What moves.
        self.address = address
        self.lock = threading.RLock()
        self.machines = {}
        self.holder = None
        # Every claim that was asked for, and by whom; every look; when each request came.
        self.claims = []
        self.looks = 0
        self.requests = []
        # How many of the next requests are refused for being too many, and for how long they shall wait.
        self.throttled = 0
        self.retry_after = 1
        # Whether every request ends in an error of the cloud's own.
        self.broken = False
        # Seconds that a claim's answer takes after it came into effect.
        self.answer_delay = 0.0
        # Claims by these machines come into effect only when the event is set.
        self.delayed = {}
        self.server = self.listen()

    def listen(self, port=0):
        return Server(self.serve, port)

    def restart(self):
        self.server = self.listen(self.server.server_port)

    def serve(self, method, path, headers, body):
        with self.lock:
            self.requests.append(time.monotonic())
            if self.throttled > 0:
                self.throttled -= 1
                return self.too_many()
            if self.broken:
                return self.failure()
        return self.api(method, urlsplit(path).path, headers, body)

    def looked(self):
        with self.lock:
            self.looks += 1

    def claimed(self, machine):
        with self.lock:
            self.claims.append(machine)
            gate = self.delayed.pop(machine, None)
        if gate is not None:
            gate.wait(60)
        self.move(machine)
        time.sleep(self.answer_delay)

    def move(self, machine):
        with self.lock:
            self.holder = machine

    def metadata(self, machine):
        return Server(self.metadata_of(machine))


class Aws(Cloud):
    REGION, ALLOCATION = "eu-central-1", "eipalloc-0a1b2c3d"
    KEY, SESSION = "ASIAEXAMPLE", "session-of-the-instance-profile"

    def __init__(self, address):
        super().__init__(address)
        # Seconds during which the API still tells what was before a claim.
        self.lag = 0.0
        self.before = (None, 0.0)
        self.credentials = True
        self.may_associate = True
        self.metadata_without_token = 0
        self.dry_runs = 0

    def move(self, machine):
        with self.lock:
            self.before = (self.holder, time.monotonic() + self.lag)
            super().move(machine)

    def too_many(self):
        return self.refuse(503, "RequestLimitExceeded", "Request limit exceeded.")

    def failure(self):
        return self.refuse(500, "InternalError", "An internal error has occurred.")

    def refuse(self, status, code, text):
        return status, {}, (
            f"<?xml version='1.0'?><Response><Errors><Error><Code>{code}</Code><Message>{text}</Message></Error></Errors>"
            "<RequestID>1</RequestID></Response>"
        )

    def api(self, method, path, headers, body):
        scope = rf"AWS4-HMAC-SHA256 Credential={self.KEY}/\d{{8}}/{self.REGION}/ec2/aws4_request, SignedHeaders=\S+, Signature=[0-9a-f]{{64}}"
        if not re.fullmatch(scope, headers.get("Authorization", "")) or headers.get("X-Amz-Security-Token") != self.SESSION:
            return self.refuse(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        if asked["Action"] == "DescribeAddresses" and asked["AllocationId.1"] == self.ALLOCATION:
            self.looked()
            return 200, {}, self.described()
        if asked["Action"] == "AssociateAddress" and asked["AllocationId"] == self.ALLOCATION:
            return self.associate(asked)
        return self.refuse(400, "InvalidAction", asked["Action"])

    def associate(self, asked):
        if not self.may_associate:
            return self.refuse(403, "UnauthorizedOperation", "You are not authorized to perform this operation.")
        if asked.get("DryRun") == "true":
            self.dry_runs += 1
            return self.refuse(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
        machine = next(m for m in self.machines.values() if m.interface == asked["NetworkInterfaceId"])
        if asked["PrivateIpAddress"] != machine.private:
            return self.refuse(400, "InvalidParameterValue", "no such private address")
        if self.holder not in (None, machine.name) and asked.get("AllowReassociation") != "true":
            return self.refuse(400, "Resource.AlreadyAssociated", "resource is already associated")
        self.claimed(machine.name)
        return 200, {}, (
            "<AssociateAddressResponse xmlns='http://ec2.amazonaws.com/doc/2016-11-15/'><requestId>1</requestId>"
            "<return>true</return><associationId>eipassoc-1</associationId></AssociateAddressResponse>"
        )

    def described(self):
        with self.lock:
            told = self.before[0] if time.monotonic() < self.before[1] else self.holder
        where = ""
        if told is not None:
            machine = self.machines[told]
            where = (
                f"<instanceId>i-{told}</instanceId><associationId>eipassoc-1</associationId>"
                f"<networkInterfaceId>{machine.interface}</networkInterfaceId>"
                f"<privateIpAddress>{machine.private}</privateIpAddress>"
            )
        return (
            "<DescribeAddressesResponse xmlns='http://ec2.amazonaws.com/doc/2016-11-15/'><requestId>1</requestId>"
            f"<addressesSet><item><publicIp>{self.address}</publicIp><allocationId>{self.ALLOCATION}</allocationId>"
            f"<domain>vpc</domain>{where}</item></addressesSet></DescribeAddressesResponse>"
        )

    def metadata_of(self, machine):
        """IMDSv2: nothing without a token that was asked for with PUT."""

        def answer(method, path, headers, _):
            if path == "/latest/api/token":
                given = method == "PUT" and headers.get("X-aws-ec2-metadata-token-ttl-seconds", "").isdigit()
                return (200, {}, f"token-of-{machine.name}") if given else (400, {}, "")
            if headers.get("X-aws-ec2-metadata-token") != f"token-of-{machine.name}":
                self.metadata_without_token += 1
                return 401, {}, ""
            role = "/latest/meta-data/iam/security-credentials/"
            macs = "/latest/meta-data/network/interfaces/macs/"
            pages = {
                macs: "02:00:00:00:00:01/\n02:00:00:00:00:02/",
                f"{macs}02:00:00:00:00:01/local-ipv4s": "10.64.200.1\n10.64.200.2",
                f"{macs}02:00:00:00:00:01/interface-id": "eni-of-something-else",
                f"{macs}02:00:00:00:00:02/local-ipv4s": f"10.64.9.9\n{machine.private}",
                f"{macs}02:00:00:00:00:02/interface-id": machine.interface,
            }
            if self.credentials:
                pages[role] = "entrance"
                pages[f"{role}entrance"] = json.dumps(
                    {
                        "Code": "Success",
                        "Type": "AWS-HMAC",
                        "AccessKeyId": self.KEY,
                        "SecretAccessKey": "secret",
                        "Token": self.SESSION,
                        "LastUpdated": "2026-01-01T00:00:00Z",
                        "Expiration": "2099-01-01T00:00:00Z",
                    }
                )
            return (200, {}, pages[path]) if path in pages else (404, {}, "")

        return answer

    def settings(self, machine):
        return {
            "provider": "aws",
            "region": self.REGION,
            "allocationId": self.ALLOCATION,
            "privateAddress": machine.private,
            "apiUrl": self.server.url,
        }


class DigitalOcean(Cloud):
    def __init__(self, address):
        super().__init__(address)
        self.token = "dop_v1_example"
        # Seconds that a move takes after it was accepted; no other one is taken meanwhile.
        self.move_seconds = 0.3
        self.locked = False
        self.redirect = None
        self.sees_droplets = True

    def too_many(self):
        return self.refuse(429, "too_many_requests", {"Retry-After": str(self.retry_after)})

    def failure(self):
        return self.refuse(500, "server_error")

    def refuse(self, status, code, headers=None):
        return status, headers or {}, json.dumps({"id": code, "message": code})

    def api(self, method, path, headers, body):
        if self.redirect is not None:
            return 302, {"Location": self.redirect}, ""
        if headers.get("Authorization") != f"Bearer {self.token}":
            return self.refuse(401, "unauthorized")
        if method == "GET" and path == f"/v2/reserved_ips/{self.address}":
            self.looked()
            return 200, {}, json.dumps({"reserved_ip": self.described()})
        if method == "POST" and path == f"/v2/reserved_ips/{self.address}/actions":
            return self.act(json.loads(body))
        return self.refuse(404, "not_found")

    def described(self):
        with self.lock:
            droplet = None if self.holder is None else {"id": self.machines[self.holder].droplet, "name": self.holder}
            seen = {"droplet": droplet} if self.sees_droplets else {}
            return {"ip": self.address, "locked": self.locked, "region": {"slug": "fra1"}, **seen}

    def act(self, asked):
        machine = next(m for m in self.machines.values() if m.droplet == asked["droplet_id"])
        if asked["type"] != "assign":
            return self.refuse(422, "unprocessable_entity")
        with self.lock:
            if self.locked:
                self.claims.append(machine.name)
                return self.refuse(422, "unprocessable_entity")
            # One that is delayed on its way is not known to the API yet.
            late = machine.name in self.delayed
            self.locked = not late
        if late:
            self.claimed(machine.name)
        else:
            threading.Thread(target=self.moving, args=(machine.name,), daemon=True).start()
        return 201, {}, json.dumps({"action": {"id": 1, "status": "in-progress", "type": "assign_ip"}})

    def moving(self, machine):
        self.claimed(machine)
        time.sleep(self.move_seconds)
        with self.lock:
            self.locked = False

    def metadata_of(self, machine):
        pages = {
            "/metadata/v1/id": str(machine.droplet),
            "/metadata/v1/interfaces/public/0/anchor_ipv4/address": machine.anchor,
        }
        return lambda method, path, *_: (200, {}, pages[path]) if method == "GET" and path in pages else (404, {}, "")

    def settings(self, machine):
        return {"provider": "digitalocean", "apiUrl": self.server.url, "tokenFile": machine.token_file}
