"""Programs of the machine."""

import os
import subprocess

COMMAND_TIMEOUT = 120


def run(command, timeout=COMMAND_TIMEOUT, env=None):
    """Exit status and everything printed. A missing program or a time-out is a failure like any other."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            env={**os.environ, **(env or {})},
            encoding="utf-8",
            errors="replace",
        )
        return done.returncode, done.stdout.strip()
    except FileNotFoundError:
        return 127, f"{command[0]}: no such program"
    except subprocess.TimeoutExpired as slow:
        return 124, f"{slow.stdout or ''}\nno end after {timeout} s".strip()
