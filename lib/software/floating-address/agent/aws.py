"""An elastic IP of AWS. botocore signs, renews the instance profile's credentials and knows the wire format."""

import os

from . import web
from .holder import Holder
from .problem import Problem

TOKEN_SECONDS = "300"


class ElasticIp:
    def __init__(self, settings):
        self.settings = settings
        self.interface = None
        self.client = None
        # botocore's own name for where it gets credentials.
        os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = settings.metadata_url

    def me(self):
        """The network interface that holds the private address; it never changes."""
        if self.interface is None:
            token = self.metadata("PUT", "api/token", {"X-aws-ec2-metadata-token-ttl-seconds": TOKEN_SECONDS})
            ask = lambda path: self.metadata("GET", f"meta-data/{path}", {"X-aws-ec2-metadata-token": token})
            folder = "network/interfaces/macs"
            for mac in ask(f"{folder}/").split():
                if self.settings.private_address in ask(f"{folder}/{mac.rstrip('/')}/local-ipv4s").split():
                    self.interface = ask(f"{folder}/{mac.rstrip('/')}/interface-id").strip()
                    return self.interface
            raise Problem(f"no network interface of this instance has the private address {self.settings.private_address}")
        return self.interface

    def look(self):
        me = self.me()
        found = self.call("describe_addresses", AllocationIds=[self.settings.allocation_id])["Addresses"]
        if not found:
            raise Problem(f"{self.settings.allocation_id} does not exist in {self.settings.region}")
        interface, private = found[0].get("NetworkInterfaceId"), found[0].get("PrivateIpAddress")
        return Holder(
            name=f"{interface} ({private})" if interface else None,
            mine=interface == me and private == self.settings.private_address,
            inside=private,
        )

    def claim(self):
        self.associate()

    def rehearse(self):
        """Asks whether the instance profile may claim, without claiming."""
        self.associate(DryRun=True)

    def associate(self, **more):
        self.call(
            "associate_address",
            AllocationId=self.settings.allocation_id,
            NetworkInterfaceId=self.me(),
            PrivateIpAddress=self.settings.private_address,
            AllowReassociation=True,
            **more,
        )

    def call(self, name, **arguments):
        from botocore import exceptions

        try:
            return getattr(self.connected(), name)(**arguments)
        except exceptions.ClientError as problem:
            error = problem.response.get("Error", {})
            if error.get("Code") == "DryRunOperation":
                return {}
            raise Problem(f"{name} is refused: {error.get('Code')}, {str(error.get('Message'))[:300]}") from problem
        except (exceptions.NoCredentialsError, exceptions.CredentialRetrievalError) as problem:
            # This client would never look for credentials again.
            self.client = None
            raise Problem(f"{name} is not tried: the instance profile gives no credentials: {problem}") from problem
        except exceptions.BotoCoreError as problem:
            raise Problem(f"{name} gets no answer: {problem}") from problem

    def connected(self):
        if self.client is None:
            from botocore.config import Config
            from botocore.session import get_session

            timeout = self.settings.api_timeout_seconds
            self.client = get_session().create_client(
                "ec2",
                region_name=self.settings.region,
                endpoint_url=self.settings.api_url,
                # Tried again here, where it is known whether this machine is still elected.
                config=Config(connect_timeout=timeout, read_timeout=timeout, retries={"total_max_attempts": 1}),
            )
        return self.client

    def metadata(self, method, path, headers):
        url = f"{self.settings.metadata_url}/latest/{path}"
        return web.succeeded(method, url, self.settings.api_timeout_seconds, headers)
