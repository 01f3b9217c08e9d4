"""Keys and certificates of a node, derived from the cluster's secret.

Every node computes the same private key of a certificate authority from the secret, and signs its own key with it.
Who knows the secret is a member, nobody else is, and no certificate has to be carried from one machine to another.
"""

import base64
import hashlib
import hmac
import os
import shutil
import subprocess
import tempfile
import time

from .settings import Refusal, read_text, write_text

# Order of the group of P-256.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
VALID_DAYS = 3650
CA_CONFIG = """
[ca]
default_ca = here
[here]
dir = {folder}
database = {folder}/index.txt
rand_serial = yes
new_certs_dir = {folder}
default_md = sha256
policy = any
copy_extensions = none
[any]
commonName = supplied
[authority]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[member]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature,keyAgreement
extendedKeyUsage = serverAuth,clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = IP:{address},DNS:{name}
"""


def ensure(settings, uid, gid):
    """Makes them when the secret or the member changed, otherwise leaves them as they are."""
    secret = (read_text(f"{settings.folder}/cluster-secret") or "").strip()
    if len(secret) < 12:
        raise Refusal("the cluster's secret has less than 12 characters; give a longer one, from openssl rand -hex 32")
    me = settings.me
    made_from = hashlib.sha256(f"{secret}\n{settings.group}\n{me.name}\n{me.address}".encode()).hexdigest()
    folder = f"{settings.state}/tls"
    if read_text(f"{folder}/made-from") == made_from:
        return
    os.makedirs(folder, mode=0o755, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        make(work, authority_key(secret, settings.group), settings)
        for name, mode in (("ca.pem", 0o644), ("node.pem", 0o644), ("node.key", 0o600)):
            target = f"{folder}/{name}"
            write_text(target, read_text(f"{work}/{name}"), mode)
            os.chown(target, uid, gid)
    write_text(f"{folder}/made-from", made_from, 0o600)


def make(work, key, settings):
    write_text(f"{work}/ca.key", key, 0o600)
    write_text(f"{work}/index.txt", "")
    me = settings.me
    config = f"{work}/openssl.cnf"
    write_text(config, CA_CONFIG.format(folder=work, address=me.address, name=me.name))
    # Clocks of machines differ; a certificate must be valid on a machine whose clock is behind.
    times = [time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + 86400 * days)) for days in (-2, VALID_DAYS)]
    validity = ["-startdate", times[0], "-enddate", times[1]]
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{work}/ec.key")
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", f"{work}/ec.key", "-out", f"{work}/node.key")
    for who, subject in (("ca", f"/CN=beehive {settings.group}"), ("node", f"/CN={me.name}")):
        openssl("req", "-new", "-key", f"{work}/{who}.key", "-subj", subject, "-out", f"{work}/{who}.csr")
    common = ["ca", "-batch", "-notext", "-config", config, *validity]
    openssl(*common, "-selfsign", "-keyfile", f"{work}/ca.key", "-extensions", "authority", "-in", f"{work}/ca.csr", "-out", f"{work}/ca.pem")
    signing = ["-cert", f"{work}/ca.pem", "-keyfile", f"{work}/ca.key"]
    openssl(*common, *signing, "-extensions", "member", "-in", f"{work}/node.csr", "-out", f"{work}/node.pem")


def authority_key(secret, group):
    """HKDF (RFC 5869) to 48 bytes, reduced to a scalar of P-256: the bias is below 2^-128."""
    extracted = hmac.new(b"beehive galera authority", secret.encode(), hashlib.sha256).digest()
    material, block = b"", b""
    for number in (1, 2):
        block = hmac.new(extracted, block + group.encode() + bytes([number]), hashlib.sha256).digest()
        material += block
    scalar = int.from_bytes(material[:48], "big") % (ORDER - 1) + 1
    # ECPrivateKey (RFC 5915) without the public key, which OpenSSL computes.
    der = bytes.fromhex("30310201010420") + scalar.to_bytes(32, "big") + bytes.fromhex("a00a06082a8648ce3d030107")
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{body}-----END EC PRIVATE KEY-----\n"


def openssl(*arguments):
    program = shutil.which("openssl") or "/usr/bin/openssl"
    done = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refusal(f"openssl {arguments[0]} failed: {done.stderr.strip()}")
