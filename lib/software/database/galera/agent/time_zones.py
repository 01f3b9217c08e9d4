"""MariaDB's time zones. Each node has its own copy, made from the machine's tzdata and made again when that changes."""

import os
import subprocess

from .settings import Refusal, read_text, write_text

ZONES = "/usr/share/zoneinfo"


def ensure(settings, cursor):
    """On a node that serves; True when they were loaded."""
    version = installed()
    marker = f"{settings.state}/time-zones"
    cursor.execute("SELECT 1 FROM mysql.time_zone_name LIMIT 1")
    # A copy from another node brings that node's.
    if cursor.fetchone() is not None and read_text(marker) == version:
        return False
    load()
    write_text(marker, version)
    return True


def installed():
    shown = run(["dpkg-query", "--show", "--showformat=${Version}", "tzdata"])
    return shown.stdout


def load():
    """Not replicated: every node does this for itself, and a node of another version of Debian has other zones."""
    statements = run(["mariadb-tzinfo-to-sql", "--skip-write-binlog", ZONES]).stdout
    run(["mariadb", "--no-defaults", "--user=root", "mysql"], statements)


def run(command, entered=""):
    environment = {"PATH": os.environ.get("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, input=entered, capture_output=True, text=True, encoding="utf-8", check=False, env=environment)
    if done.returncode != 0:
        raise Refusal(f"{command[0]} failed: {done.stderr.strip()}")
    return done
