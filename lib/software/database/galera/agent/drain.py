"""Taking a node out of service for a while, and telling how it is."""

import os
import time

import pymysql

from . import mariadb, tables, writer
from .peers import AGENT, ask, ask_all
from .settings import Refusal, remove, write_text

HANDOVER_SECONDS = 20


def drain(settings):
    """Returns when another node takes the writes. Refuses when the cluster would be without a majority."""
    try:
        with mariadb.connect() as connection, connection.cursor() as cursor:
            status = mariadb.live_status(cursor)
            if status.get("wsrep_cluster_status") != "Primary":
                print(f"{settings.node} is in no primary component, there is nothing to hand over")
                return
            spare(settings, ask_all(settings.peers, settings.agent_port, 2.0))
            write_text(settings.drain_file, "")
            hand_over(settings, cursor, status["wsrep_gcomm_uuid"])
    except pymysql.MySQLError as problem:
        if os.path.exists(settings.drain_file):
            remove(settings.drain_file)
            raise Refusal(f"{settings.node} keeps serving: {problem}") from problem
        print(f"MariaDB of {settings.node} does not answer, there is nothing to hand over")


def spare(settings, answers):
    """Against the largest size that the cluster had: while it is made, its first node may be restarted."""
    largest = min(len(settings.members), (settings.marker or {}).get("largest", 1))
    needed = largest // 2 + 1 if largest > 1 else 0
    synced = [a.name for a in answers if a.status.get("synced") and not a.status.get("draining")]
    if len(synced) < needed:
        raise Refusal(
            f"{settings.node} cannot be spared: without it {len(synced)} synced members are left "
            f"({', '.join(synced) or 'none'}), and {needed} are needed. Bring the others back first."
        )


def hand_over(settings, cursor, uuid):
    alone = (settings.marker or {}).get("largest", 1) < 2
    deadline = time.monotonic() + HANDOVER_SECONDS
    while True:
        row, members = writer.read(cursor)
        if row is None or alone:
            return
        if row["uuid"] == uuid:
            writer.give_back(cursor, uuid)
        elif row["uuid"] in members:
            print(f"{settings.node} is drained, {row['name']} takes the writes")
            return
        if time.monotonic() > deadline:
            remove(settings.drain_file)
            raise Refusal(f"{settings.node} keeps serving: no other member took the writes within {HANDOVER_SECONDS} s")
        time.sleep(0.05)


def undrain(settings):
    remove(settings.drain_file)


def check(settings, size):
    """Synced in a primary component of at least `size` members."""
    try:
        with mariadb.connect() as connection, connection.cursor() as cursor:
            status = mariadb.live_status(cursor)
    except pymysql.MySQLError as problem:
        raise Refusal(f"MariaDB does not answer: {problem}; its last lines:\n{mariadb.last_words()}") from problem
    problems = writer.writable(status)
    if problems:
        raise Refusal(f"{settings.node}: {', '.join(problems)}")
    if int(status["wsrep_cluster_size"]) < size:
        raise Refusal(f"{settings.node} is in a component of {status['wsrep_cluster_size']} members, {size} are needed")


def check_agent(settings):
    answer = ask(settings.me, settings.agent_port)
    if answer.kind != AGENT:
        raise Refusal(f"the health agent of {settings.node} does not answer on {settings.me.address}:{settings.agent_port}")
    if not answer.status["isReader"]:
        raise Refusal(f"{settings.node}: {', '.join(answer.status['problems'])}")
    if answer.status["writer"] is None:
        raise Refusal("no member has taken the writes yet")


def print_status(settings):
    """One line a member, as each of them sees it. False when this node does not serve."""
    print(f"cluster {settings.group}, majority {settings.majority} of {len(settings.members)}")
    for answer in ask_all(settings.members, settings.agent_port):
        status = answer.status
        if answer.kind != AGENT:
            print(f"  {answer.name:16} {answer.kind}: its agent does not answer")
            continue
        role = "writer" if status["isWriter"] else "reader" if status["isReader"] else "out of service"
        print(f"  {answer.name:16} {role:14} {status['state'] or 'down'}, sees {status['size'] or 0}, at {status['seqno']}")
        for text in [*status["problems"], (status.get("recovery") or {}).get("text"), *tables.warnings(status.get("tables")), *(status.get("settings") or [])]:
            if text:
                print(f"  {'':16} {text}")
    return bool(ask(settings.me, settings.agent_port).status.get("isReader"))
