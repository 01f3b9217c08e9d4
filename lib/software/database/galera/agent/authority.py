"""Certificate authorities that need no carrying: whoever knows a secret computes the same private key from it.

Stands alone, because clients of the database run it, too: `GROUP SECRET_FILE CERTIFICATE` writes the certificate of the
authority that signs what MariaDB shows them. They do not know the cluster's secret, but one that comes from it.
"""

import base64
import hashlib
import hmac
import os
import shutil
import subprocess
import sys
import tempfile
import time

# Order of the group of P-256.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
VALID_DAYS = 3650
# Of nodes among themselves, and of what clients see.
MEMBERS, DATABASE = "galera", "database"
CONFIG = """
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
subjectAltName = {names}
"""


def database_secret(secret):
    """What clients are given; Terraform computes the same. It tells nothing about the secret that makes a member."""
    return hashlib.sha256(f"beehive-database-authority:{secret}".encode()).hexdigest()


def authority_key(secret, group, kind=MEMBERS):
    """HKDF (RFC 5869) to 48 bytes, reduced to a scalar of P-256: the bias is below 2^-128."""
    extracted = hmac.new(f"beehive {kind} authority".encode(), secret.encode(), hashlib.sha256).digest()
    material, block = b"", b""
    for number in (1, 2):
        block = hmac.new(extracted, block + group.encode() + bytes([number]), hashlib.sha256).digest()
        material += block
    scalar = int.from_bytes(material[:48], "big") % (ORDER - 1) + 1
    # ECPrivateKey (RFC 5915) without the public key, which OpenSSL computes.
    der = bytes.fromhex("30310201010420") + scalar.to_bytes(32, "big") + bytes.fromhex("a00a06082a8648ce3d030107")
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{body}-----END EC PRIVATE KEY-----\n"


def make(work, key, name, names=None):
    """ca.pem, and with `names` (subject alternative names) also node.pem and node.key for `name`, in a private folder."""
    write(f"{work}/ca.key", key)
    write(f"{work}/index.txt", "")
    config = f"{work}/openssl.cnf"
    write(config, CONFIG.format(folder=work, names=names or "DNS:nobody"))
    # Clocks of machines differ; a certificate must be valid on a machine whose clock is behind.
    times = [time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + 86400 * days)) for days in (-2, VALID_DAYS)]
    common = ["ca", "-batch", "-notext", "-config", config, "-startdate", times[0], "-enddate", times[1]]
    openssl("req", "-new", "-key", f"{work}/ca.key", "-subj", f"/CN={name[0]}", "-out", f"{work}/ca.csr")
    openssl(*common, "-selfsign", "-keyfile", f"{work}/ca.key", "-extensions", "authority", "-in", f"{work}/ca.csr", "-out", f"{work}/ca.pem")
    if names is None:
        return
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{work}/ec.key")
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", f"{work}/ec.key", "-out", f"{work}/node.key")
    openssl("req", "-new", "-key", f"{work}/node.key", "-subj", f"/CN={name[1]}", "-out", f"{work}/node.csr")
    signing = ["-cert", f"{work}/ca.pem", "-keyfile", f"{work}/ca.key"]
    openssl(*common, *signing, "-extensions", "member", "-in", f"{work}/node.csr", "-out", f"{work}/node.pem")


def common_name(group, kind):
    return f"beehive {group}" if kind == MEMBERS else f"beehive {kind} {group}"


def openssl(*arguments):
    program = shutil.which("openssl") or "/usr/bin/openssl"
    done = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"openssl {arguments[0]} failed: {done.stderr.strip()}")


def write(path, text):
    """In a folder that nobody else may enter."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def main(arguments):
    group, secret_file, certificate = arguments
    with open(secret_file, encoding="utf-8") as file:
        secret = file.read().strip()
    made_from = hashlib.sha256(f"{secret}\n{group}".encode()).hexdigest()
    marker = f"{secret_file}.made-from"
    if os.path.exists(certificate) and os.path.exists(marker) and open(marker, encoding="utf-8").read() == made_from:
        return
    with tempfile.TemporaryDirectory(dir=os.path.dirname(certificate)) as work:
        make(work, authority_key(secret, group, DATABASE), [common_name(group, DATABASE)])
        os.chmod(f"{work}/ca.pem", 0o644)
        os.rename(f"{work}/ca.pem", certificate)
        write(f"{work}/made-from", made_from)
        os.rename(f"{work}/made-from", marker)


if __name__ == "__main__":
    main(sys.argv[1:])
