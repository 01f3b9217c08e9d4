"""What the operator reads, on the way and at the end."""

import os
import time

started = time.monotonic()
label = os.uname().nodename
# Gets what is said, where the operator reads something else than lines.
listener = None


class Refused(Exception):
    """Nothing was changed, or everything was put back."""


def say(text):
    if listener is not None:
        listener(text)
        return
    # The operator's connection may be gone; the work is finished all the same.
    try:
        print(f"beehive {label}: {text}", flush=True)
    except OSError:
        pass


def tail(text, lines=25):
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def reason(problem):
    return str(problem) if isinstance(problem, Refused) else f"{type(problem).__name__}: {problem}"


def elapsed():
    return f"{time.monotonic() - started:.1f} s"
