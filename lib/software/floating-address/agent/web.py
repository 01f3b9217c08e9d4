"""One request over HTTP or HTTPS. No redirect is followed, because a token would go with it."""

import http.client
import json
from urllib.parse import urlsplit

from .problem import Problem

MOST_BYTES = 4 << 20
# Longer would be no waiting but giving up.
LONGEST_WAIT_SECONDS = 60


def request(method, url, timeout, headers=None, body=None):
    """Status and text of the answer, whatever the status."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=timeout)
    content = None if body is None else json.dumps(body)
    sent = {"Connection": "close", "User-Agent": "beehive", **(headers or {})}
    if content is not None:
        sent["Content-Type"] = "application/json"
    try:
        connection.request(method, parts.path, content, sent)
        answer = connection.getresponse()
        text = answer.read(MOST_BYTES).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as problem:
        raise Problem(f"{method} {parts.path} at {parts.netloc} gets no answer: {problem or type(problem).__name__}") from problem
    finally:
        connection.close()
    if answer.status == 429:
        raise Problem(f"{parts.netloc} takes no more requests for a while (429)", retry_after(answer))
    return answer.status, text


def retry_after(answer):
    try:
        return min(LONGEST_WAIT_SECONDS, max(0.0, float(answer.headers["Retry-After"])))
    except (KeyError, TypeError, ValueError):
        return None


def succeeded(method, url, timeout, headers=None, body=None):
    """The text of an answer that says yes."""
    status, text = request(method, url, timeout, headers, body)
    if not 200 <= status < 300:
        raise Problem(f"{method} {urlsplit(url).path} at {urlsplit(url).netloc} answers {status}: {text[:300].strip()}")
    return text
