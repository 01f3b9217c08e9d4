"""Keys and certificates of a node, derived from the cluster's secret.

Every node computes the same private keys of two authorities and signs its own keys with them: one for the nodes among
themselves, one for what clients see. Who knows the secret is a member, nobody else is, and no certificate has to be
carried from one machine to another.
"""

import hashlib
import os
import tempfile

from . import authority
from .authority import DATABASE, MEMBERS, authority_key
from .settings import Refusal, read_text, write_text

# How the two are called in the node's folder: authority, certificate, key, and what they were made from.
FILES = {
    MEMBERS: ("ca.pem", "node.pem", "node.key", "made-from"),
    DATABASE: ("database-ca.pem", "database.pem", "database.key", "database-made-from"),
}


def ensure(settings, uid, gid):
    """Makes them when the secret or the member changed, otherwise leaves them as they are."""
    secret = (read_text(f"{settings.folder}/cluster-secret") or "").strip()
    if len(secret) < 12:
        raise Refusal("the cluster's secret has less than 12 characters; give a longer one, from openssl rand -hex 32")
    me = settings.me
    made_from = hashlib.sha256(f"{secret}\n{settings.group}\n{me.name}\n{me.address}".encode()).hexdigest()
    folder = f"{settings.state}/tls"
    os.makedirs(folder, mode=0o755, exist_ok=True)
    for kind, known in ((MEMBERS, secret), (DATABASE, authority.database_secret(secret))):
        ca, certificate, key, marker = FILES[kind]
        if read_text(f"{folder}/{marker}") == made_from:
            continue
        with tempfile.TemporaryDirectory() as work:
            make(work, authority_key(known, settings.group, kind), settings, kind)
            for source, name, mode in (("ca.pem", ca, 0o644), ("node.pem", certificate, 0o644), ("node.key", key, 0o600)):
                target = f"{folder}/{name}"
                write_text(target, read_text(f"{work}/{source}"), mode)
                os.chown(target, uid, gid)
        write_text(f"{folder}/{marker}", made_from, 0o600)


def make(work, key, settings, kind=MEMBERS):
    me = settings.me
    names = f"IP:{me.address},DNS:{me.name}"
    if kind == DATABASE:
        # Clients come through the proxy of their own machine.
        names += ",IP:127.0.0.1,DNS:localhost"
    try:
        authority.make(work, key, [authority.common_name(settings.group, kind), me.name], names)
    except OSError as problem:
        raise Refusal(str(problem)) from problem
