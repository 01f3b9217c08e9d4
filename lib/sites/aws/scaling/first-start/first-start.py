#!/usr/bin/python3
"""Made by Beehive. A server that starts by itself fetches what it is to be, becomes it, and says so; then visitors come.

Standard library only; Debian 12 and later. A server that fails never says so: the group ends it, and starts another.
"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SETTINGS = "@SETTINGS@"
METADATA = "http://169.254.169.254/latest"
LIBRARY = "/usr/local/lib/beehive"
# Of memory: what is in it is gone when the server is.
FOLDER = "/run/beehive/first-start"
# Rights of a role and routes of a network work a moment after they are made.
PATIENCE = 180
PAUSE = 5


class Failed(Exception):
    pass


def say(text):
    print(f"beehive first-start: {text}", flush=True)


def address_of(host):
    return f"https://{host}"


def ask(url, method="GET", headers={}, body=None):
    # Nothing of this goes through a proxy.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, body, headers, method=method), timeout=20) as answer:
        return answer.read()


def insist(what, action):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return action()
        except (OSError, ValueError, LookupError, http.client.HTTPException) as problem:
            if time.monotonic() >= deadline:
                body = problem.read(400).decode("utf-8", "replace") if isinstance(problem, urllib.error.HTTPError) else ""
                raise Failed(f"{what}: {problem} {body}".strip())
        time.sleep(PAUSE)


def metadata(path):
    token = ask(f"{METADATA}/api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "300"}).decode()
    return ask(f"{METADATA}/meta-data/{path}", headers={"X-aws-ec2-metadata-token": token}).decode().strip()


def credentials():
    folder = "iam/security-credentials"
    return json.loads(metadata(f"{folder}/{metadata(f'{folder}/').splitlines()[0]}"))


def signed(keys, service, region, method, host, path, query, headers, body, now):
    """Headers with AWS's signature, version 4."""
    day, stamp = time.strftime("%Y%m%d", now), time.strftime("%Y%m%dT%H%M%SZ", now)
    headers = {**headers, "host": host, "x-amz-date": stamp}
    if "Token" in keys:
        headers["x-amz-security-token"] = keys["Token"]
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = "\n".join([method, path, query, lines, names, hashlib.sha256(body).hexdigest()])
    scope = f"{day}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{keys['SecretAccessKey']}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, text.encode(), "sha256").hexdigest()
    who = f"Credential={keys['AccessKeyId']}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "authorization": f"AWS4-HMAC-SHA256 {who}"}


def aws(settings, service, method="POST", bucket=None, path="/", query="", headers={}, body=b""):
    host = ".".join(filter(None, [bucket, service, settings["region"], settings["domain"]]))
    more = {"x-amz-content-sha256": hashlib.sha256(body).hexdigest()} if service == "s3" else {}
    where = (service, settings["region"], method, host, path, query)
    wanted = signed(credentials(), *where, {**headers, **more}, body, time.gmtime())
    return ask(f"{address_of(host)}{path}{'?' if query else ''}{query}", method, wanted, body or None)


def fetch(settings, name):
    """An object of the bucket, in the very version that this server was started for."""
    wanted = settings["objects"][name]
    # So S3 calls what was written before it knew of versions: it takes some minutes to.
    version = wanted["version"] or "null"
    query = f"versionId={urllib.parse.quote(version, safe='')}"
    get = lambda: aws(settings, "s3", "GET", settings["bucket"], f"/{wanted['key']}", query)
    content = insist(f"fetching {wanted['key']} from {settings['bucket']}", get)
    found = hashlib.sha256(content).hexdigest()
    if found != wanted["sha256"]:
        raise Failed(f"{wanted['key']} in {settings['bucket']} has SHA-256 {found}, not {wanted['sha256']}; deploy again")
    return content


def fetch_secrets(settings):
    secret = settings["secret"]
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": "secretsmanager.GetSecretValue"}
    body = json.dumps({"SecretId": secret["arn"], "VersionId": secret["version"]}).encode()
    get = lambda: json.loads(aws(settings, "secretsmanager", headers=headers, body=body))["SecretString"]
    return insist(f"fetching the secret {secret['arn']}", get).encode()


def write(path, content, mode):
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
        out.write(content)
    return path


def run(attempts, *command):
    for left in reversed(range(attempts)):
        status = subprocess.run([sys.executable, *command], stdin=subprocess.DEVNULL).returncode
        if status == 0:
            return
        if left == 0:
            raise Failed(f"{' '.join(command[:2])} ended with status {status}; what it said stands above")
        time.sleep(PAUSE)


def become(settings, name, address):
    os.makedirs(LIBRARY, exist_ok=True)
    os.makedirs(FOLDER, mode=0o700, exist_ok=True)
    program = write(f"{LIBRARY}/beehive-apply", fetch(settings, "program"), 0o755)
    packages, facts, bundle = (
        write(f"{FOLDER}/{one}", fetch(settings, one), 0o600) for one in ("packages", "facts", "bundle")
    )
    # A mirror of Debian may be away for a moment.
    run(3, program, "prepare", packages)
    secrets = f"{FOLDER}/secrets"
    try:
        write(secrets, fetch_secrets(settings), 0o600)
        run(1, program, "apply", "--name", name, "--address", address, "--facts", facts, bundle, secrets)
    finally:
        if os.path.lexists(secrets):
            os.unlink(secrets)


def ready(settings, name):
    """Only now the group counts on it, and the load balancer is told of it."""
    wanted = {"Action": "CompleteLifecycleAction", "Version": "2011-01-01", "LifecycleActionResult": "CONTINUE"}
    wanted |= {"AutoScalingGroupName": settings["group"], "LifecycleHookName": settings["hook"], "InstanceId": name}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = urllib.parse.urlencode(wanted).encode()
    insist(f"telling {settings['group']}", lambda: aws(settings, "autoscaling", headers=headers, body=body))


def main(settings):
    os.umask(0o022)
    try:
        name = insist("asking for the instance's id", lambda: metadata("instance-id"))
        address = insist("asking for the instance's address", lambda: metadata("local-ipv4"))
        say(f"{name} at {address} becomes a server of {settings['group']}")
        become(settings, name, address)
        ready(settings, name)
    except Failed as problem:
        say(f"FAILED: {problem}")
        say(f"this server gets no visitors; {settings['group']} ends it and starts another")
        return 1
    say("ok: configured, and told so")
    return 0


if __name__ == "__main__":
    sys.exit(main(json.loads(base64.b64decode(SETTINGS))))
