"""The MariaDB of this machine: its state on disk and its state while it runs."""

import os
import pwd
import re
import subprocess
import tempfile
from dataclasses import dataclass

import pymysql

from .settings import UNIT, Refusal, read_text

DATADIR = "/var/lib/mysql"
SOCKET = "/run/mysqld/mysqld.sock"
GRASTATE = f"{DATADIR}/grastate.dat"
# InnoDB reads its whole log first; what takes longer than this has stopped.
RECOVERY_TIMEOUT = 1800
NO_UUID = "00000000-0000-0000-0000-000000000000"
SYSTEM_FOLDERS = {"mysql", "performance_schema", "sys", "lost+found"}

WSREP_STATUS = (
    "wsrep_cluster_status",
    "wsrep_cluster_size",
    "wsrep_cluster_state_uuid",
    "wsrep_local_state",
    "wsrep_local_state_comment",
    "wsrep_local_state_uuid",
    "wsrep_last_committed",
    "wsrep_ready",
    "wsrep_gcomm_uuid",
)
WSREP_VARIABLES = ("read_only", "wsrep_desync", "wsrep_reject_queries", "version")


@dataclass(frozen=True)
class Position:
    """How much of the cluster's history a node has."""

    uuid: str
    seqno: int

    @property
    def known(self):
        return self.uuid != NO_UUID


def connect(user="root", timeout=5):
    """By unix_socket: the account of the operating system is the proof, there is no password."""
    return pymysql.connect(
        unix_socket=SOCKET,
        user=user,
        connect_timeout=timeout,
        read_timeout=timeout,
        write_timeout=timeout,
        autocommit=True,
        charset="utf8mb4",
    )


def live_status(cursor):
    """Never waits for a table, so that it also answers outside of a primary component."""
    status = {}
    for kind, names in (("STATUS", WSREP_STATUS), ("VARIABLES", WSREP_VARIABLES)):
        listed = ",".join(f"'{name}'" for name in names)
        cursor.execute(f"SHOW GLOBAL {kind} WHERE Variable_name IN ({listed})")
        status.update({name.lower(): value for name, value in cursor.fetchall()})
    return status


def release(version):
    """`11.8.9-MariaDB-0+deb13u1` as (11, 8); nothing where nobody says it."""
    found = re.match(r"(\d+)\.(\d+)", version or "")
    return (int(found[1]), int(found[2])) if found else None


def installed():
    done = subprocess.run(["mariadbd", "--version"], capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    return release((re.search(r"Ver (\S+)", done.stdout) or [None, None])[1])


def grastate():
    """Position and safe_to_bootstrap as Galera left them; a seqno of -1 means that it was not stopped cleanly."""
    text = read_text(GRASTATE) or ""
    field = lambda name: (re.search(rf"^{name}:\s*(\S+)", text, re.M) or [None, ""])[1]
    return Position(field("uuid") or NO_UUID, int(field("seqno") or -1)), field("safe_to_bootstrap") == "1"


def allow_bootstrap():
    """Turns one digit over, in the file that is there: the folder is MariaDB's, and a new file in it could be a link by then."""
    try:
        descriptor = os.open(GRASTATE, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "r+b") as file:
        found = re.search(rb"^safe_to_bootstrap:[ \t]*(\d)", file.read(), re.M)
        if found:
            os.pwrite(file.fileno(), b"1", found.start(1))
            os.fsync(file.fileno())


def recovered_position():
    """Asks InnoDB where a clean stop did not write it down. MariaDB must not run."""
    position, _ = grastate()
    if position.known and position.seqno < 0:
        account = pwd.getpwnam("mysql")
        with tempfile.TemporaryDirectory() as folder:
            # MariaDB's alone (mode 0700): no other account can put a position into the log.
            os.chown(folder, account.pw_uid, account.pw_gid)
            log = f"{folder}/recover.log"
            try:
                subprocess.run(
                    ["mariadbd", "--user=mysql", "--wsrep-recover", f"--log-error={log}", f"--pid-file={folder}/pid"],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    check=False,
                    timeout=RECOVERY_TIMEOUT,
                )
            except subprocess.TimeoutExpired:
                raise Refusal(f"mariadbd --wsrep-recover has not ended within {RECOVERY_TIMEOUT} s; its last lines:\n" + "\n".join((read_text(log) or "").splitlines()[-8:]))
            found = re.findall(r"Recovered position:\s*([0-9a-f-]{36}):(-?\d+)", read_text(log) or "")
        if found:
            return Position(found[-1][0], int(found[-1][1]))
    return position


def foreign_databases():
    """Databases on disk that are not MariaDB's own: a copy from another node would erase them."""
    if not os.path.isdir(DATADIR):
        return []
    folders = (entry.name for entry in os.scandir(DATADIR) if entry.is_dir())
    # Some installers make an empty `test`; with tables in it, it is somebody's.
    empty = lambda name: name == "test" and set(os.listdir(f"{DATADIR}/{name}")) <= {"db.opt"}
    return sorted(name for name in folders if name not in SYSTEM_FOLDERS and not name.startswith((".", "#")) and not empty(name))


def systemctl(*arguments, timeout=3600):
    done = subprocess.run(
        ["systemctl", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def is_active():
    return systemctl("is-active", "--quiet", UNIT)[0] == 0


def is_starting():
    """mariadbd itself runs, and has not been ready for anybody yet."""
    state, process = (systemctl("show", "-P", name, UNIT)[1] for name in ("ActiveState", "MainPID"))
    return state == "activating" and process not in ("", "0")


def is_primary():
    """False also when nobody answers."""
    try:
        with connect(timeout=2) as connection, connection.cursor() as cursor:
            return live_status(cursor).get("wsrep_cluster_status") == "Primary"
    except (pymysql.MySQLError, OSError):
        return False


def is_copying():
    """A state snapshot transfer is under way; systemd ends one that takes too long."""
    return os.path.exists(f"{DATADIR}/sst_in_progress")


def last_words():
    done = subprocess.run(
        ["journalctl", "--no-pager", "--quiet", "-o", "cat", "-n", "12", "-u", UNIT], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
