"""What the program decided about this address."""

import json
from dataclasses import dataclass

from .problem import Problem


@dataclass(frozen=True)
class Settings:
    provider: str
    # What visitors use, and the TCP port at which they are answered there.
    address: str
    port: int
    # keepalived puts this address on the loopback interface while this machine is elected.
    marker: str
    # keepalived touches this file when it won against another that had been elected, too.
    heard: str
    # On 127.0.0.1: HTTP, 200 while the load balancer serves.
    ready_port: int
    poll_seconds: float
    api_timeout_seconds: float
    metadata_url: str
    # None: where the provider's library finds it.
    api_url: str | None
    # AWS
    region: str | None
    allocation_id: str | None
    private_address: str | None
    # DigitalOcean: the file that holds the token and nothing else.
    token_file: str | None


def load(path):
    try:
        with open(path, encoding="utf-8") as source:
            data = json.load(source)
        return Settings(
            provider=data["provider"],
            address=data["address"],
            port=data["port"],
            marker=data["marker"],
            heard=data["heard"],
            ready_port=data["readyPort"],
            poll_seconds=data["pollSeconds"],
            api_timeout_seconds=data["apiTimeoutSeconds"],
            metadata_url=data["metadataUrl"],
            api_url=data.get("apiUrl"),
            region=data.get("region"),
            allocation_id=data.get("allocationId"),
            private_address=data.get("privateAddress"),
            token_file=data.get("tokenFile"),
        )
    except (OSError, ValueError, KeyError) as problem:
        raise Problem(f"{path} cannot be used: {problem!r}") from problem
