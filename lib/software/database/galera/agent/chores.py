"""What a node looks after while it serves: its tables, settings and time zones. Beside the keeper, which must never wait for it."""

import threading
import time

import pymysql

from . import effective, mariadb, tables, time_zones
from .settings import Refusal, read_json, write_json

FIRST_SECONDS, EVERY_SECONDS = 20, 300


def start(settings):
    threading.Thread(target=run, args=(settings,), daemon=True).start()


def run(settings):
    # Who has just started copies what it missed first.
    time.sleep(FIRST_SECONDS)
    while True:
        try:
            look(settings)
        except (pymysql.MySQLError, OSError, Refusal) as problem:
            print(f"trying again: {problem}", flush=True)
        time.sleep(EVERY_SECONDS)


def look(settings):
    with mariadb.connect(timeout=60) as connection, connection.cursor() as cursor:
        status = mariadb.live_status(cursor)
        if status.get("wsrep_cluster_status") != "Primary" or status.get("wsrep_ready") != "ON":
            return
        tables.note(settings, cursor)
        note_settings(settings, cursor)
        if time_zones.ensure(settings, cursor):
            print("time zones are those of the installed tzdata", flush=True)


def note_settings(settings, cursor):
    """For /status and the next deploy; the journal hears of a change."""
    said = [text for _, text in effective.judge(settings.required)] + effective.running(settings.required, cursor)
    path = f"{settings.run}/settings.json"
    if said != read_json(path):
        write_json(path, said)
        for text in said:
            print(text, flush=True)
    return said


def check(settings):
    """Refuses nothing: files and tables are the owner's, and a start keeps what counts. A rollout shows the warnings."""
    with mariadb.connect(timeout=60) as connection, connection.cursor() as cursor:
        if mariadb.live_status(cursor).get("wsrep_ready") != "ON":
            raise Refusal(f"{settings.node} is not ready, its tables cannot be looked at")
        for text in [*tables.warnings(tables.note(settings, cursor)), *note_settings(settings, cursor)]:
            print(f"warning: {text}")


def ensure_time_zones(settings):
    with mariadb.connect(timeout=60) as connection, connection.cursor() as cursor:
        time_zones.ensure(settings, cursor)
