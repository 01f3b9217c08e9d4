"""A reserved IP of DigitalOcean. One request at a time is accepted by the API: it is the judge of every race."""

import json

from . import web
from .holder import Holder
from .problem import Problem


class ReservedIp:
    def __init__(self, settings):
        self.settings = settings
        self.droplet = None

    def me(self):
        """The droplet's id; it never changes."""
        if self.droplet is None:
            url = f"{self.settings.metadata_url}/metadata/v1/id"
            text = web.succeeded("GET", url, self.settings.api_timeout_seconds).strip()
            if not text.isdigit():
                raise Problem(f"{url} answers {text[:100]!r}, which is no droplet's id")
            self.droplet = int(text)
        return self.droplet

    def look(self):
        me = self.me()
        found = self.call("GET", "").get("reserved_ip") or {}
        if "droplet" not in found:
            raise Problem("the API does not say who holds the address; the token needs the scope droplet:read")
        droplet = (found["droplet"] or {}).get("id")
        return Holder(
            name=None if droplet is None else f"droplet {droplet}", mine=droplet == me, moving=bool(found.get("locked"))
        )

    def claim(self):
        self.call("POST", "/actions", {"type": "assign", "droplet_id": self.me()})

    def rehearse(self):
        """The API knows no rehearsal: whether the token may assign shows the first claim."""

    def call(self, method, path, body=None):
        url = f"{self.settings.api_url}/v2/reserved_ips/{self.settings.address}{path}"
        headers = {"Authorization": f"Bearer {self.token()}"}
        text = web.succeeded(method, url, self.settings.api_timeout_seconds, headers, body)
        try:
            answer = json.loads(text)
        except ValueError as problem:
            raise Problem(f"{method} {url} answers what is no JSON: {text[:100]!r}") from problem
        return answer if isinstance(answer, dict) else {}

    def token(self):
        """Read for each request, so that a new one counts at once."""
        try:
            with open(self.settings.token_file, encoding="utf-8") as source:
                return source.read().strip()
        except OSError as problem:
            raise Problem(f"the token cannot be read: {problem}") from problem
