"""What a node looks after while it serves: its tables, its time zones. Beside the keeper, which must never wait for it."""

import threading
import time

import pymysql

from . import mariadb, tables, time_zones
from .settings import Refusal

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
        if time_zones.ensure(settings, cursor):
            print("time zones are those of the installed tzdata", flush=True)


def ensure_time_zones(settings):
    with mariadb.connect(timeout=60) as connection, connection.cursor() as cursor:
        time_zones.ensure(settings, cursor)
