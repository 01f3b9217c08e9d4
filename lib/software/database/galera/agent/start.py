"""Starting MariaDB: join, or make the cluster, or refuse. The cluster is made once."""

import fcntl
import os
import pwd
import time
from dataclasses import dataclass

from . import accounts, effective, mariadb, since_start, tls
from .peers import ABSENT, AGENT, RUNNING, SILENT, ask_all
from .returning import text, waits_for
from .settings import UNIT, Refusal, read_json, remove, write_json, write_text

JOIN, BOOTSTRAP, REFUSE = "join", "bootstrap", "refuse"
# A machine that boots refuses connections until its agent runs. It has nothing of the cluster when it still does then.
ABSENT_SECONDS = 10
# A start that failed is tried again by systemd; this is how long the rollout waits for one that works. After a full
# crash the keepers bring the cluster back meanwhile.
PATIENCE_SECONDS = 90


@dataclass(frozen=True)
class Local:
    """What this machine holds."""

    position: mariadb.Position
    safe_to_bootstrap: bool
    # It has been a member, or this program made its data: what lies in the data folder is the cluster's.
    owned: bool
    formed: bool
    databases: tuple
    # Of the MariaDB that is installed: (11, 8).
    release: tuple | None = None
    # Its keeper leads a recovery, or waits for another that does.
    recovering: bool = False


def decide(settings, local, answers):
    """Pure: what to do, and why.

    A virgin first member cannot know by itself whether it is the first deployment or whether it was reinstalled. The
    others know. A machine that refuses connections on both ports is up and has nothing of the cluster, as all of them
    are at the first deployment; a machine that does not answer may hold the data, so that nothing is made then.
    Should an operator have stopped every other member at that moment, the second cluster is empty and the old members
    refuse to join it (see `different_cluster`): no data is erased.
    """
    primary = [answer for answer in answers if answer.primary]
    knowing = [answer for answer in answers if answer.uuid or answer.kind == RUNNING]
    silent = [answer.name for answer in answers if answer.kind == SILENT]
    recovering = local.recovering or any(answer.recovery.get("phase") for answer in answers)
    problem = different_cluster(local, answers)
    if problem:
        return REFUSE, problem
    if local.position.known:
        ahead = [a for a in answers if (a.status.get("position") or {}).get("seqno", -1) > local.position.seqno]
        if local.safe_to_bootstrap and not (primary or silent or ahead or recovering):
            return BOOTSTRAP, "it was the last member to stop, and no other serves"
        return JOIN, "it has the cluster's data"
    if local.databases and not local.owned:
        listed = ", ".join(local.databases)
        return REFUSE, (
            f"{mariadb.DATADIR} holds databases that are not the cluster's ({listed}); joining would erase them. "
            f"Save them elsewhere and remove {mariadb.DATADIR}, then deploy again."
        )
    problem = only_newer(local, primary)
    if problem:
        return REFUSE, problem
    if primary:
        return JOIN, f"{primary[0].name} serves"
    if knowing:
        return JOIN, f"{knowing[0].name} has the cluster's data"
    if silent:
        return REFUSE, (
            f"{', '.join(silent)} does not answer and may hold the cluster's data; making a new cluster here would part "
            f"from it. Bring the machine back, or take it out of the program, then deploy again."
        )
    if local.formed:
        return REFUSE, (
            "it has been a member, its data is gone, and no other member has data. Restore a backup; to begin with an "
            f"empty cluster remove {settings.state}/formed.json on every member and deploy again."
        )
    if settings.node != settings.members[0].name:
        return REFUSE, f"no member has the cluster's data yet; {settings.members[0].name} makes the cluster and goes first."
    return BOOTSTRAP, "it is the first member, and no other has anything of the cluster"


def different_cluster(local, answers):
    """Galera replaces the data of a joining node that has another history. Here nobody's data is erased unasked."""
    if not local.position.known:
        return None
    others = [answer for answer in answers if answer.primary and answer.uuid and answer.uuid != local.position.uuid]
    if not others:
        return None
    return (
        f"it holds the data of cluster {local.position.uuid}, but {others[0].name} serves cluster {others[0].uuid}; joining "
        f"would erase the data here. If that is wanted, remove {mariadb.GRASTATE}."
    )


def only_newer(local, primary):
    """A node without data gets a copy of all of it, and no MariaDB reads the data of a later one."""
    theirs = {answer.name: mariadb.release(answer.status.get("mariadb")) for answer in primary}
    if local.release is None or not theirs or not all(found and found > local.release for found in theirs.values()):
        return None
    written = lambda found: ".".join(map(str, found))
    serving = ", ".join(f"{name} {written(found)}" for name, found in sorted(theirs.items()))
    return (
        f"it has MariaDB {written(local.release)} and no data, and those that serve are newer ({serving}): they cannot give it "
        "theirs. Put this machine on the Debian release of the others, then deploy again. The order for all: the nodes that only "
        "read first, one after the other, the writer last, and new machines with the release that serves."
    )


def look(settings):
    position, safe = mariadb.grastate()
    owned = os.path.exists(f"{settings.state}/owned")
    formed = settings.marker is not None
    kept = (read_json(f"{settings.run}/keeper.json") or {}).get("recovery") or {}
    databases = tuple(mariadb.foreign_databases())
    return Local(position, safe, owned or formed, formed, databases, mariadb.installed(), bool(kept.get("phase")))


def settled(settings):
    """What to do, once those that seem to have nothing of the cluster have seemed so for a while."""
    deadline = time.monotonic() + ABSENT_SECONDS
    while True:
        answers = ask_all(settings.peers, settings.agent_port, 2.0, knocking=True)
        what, why = decide(settings, look(settings), answers)
        if what != BOOTSTRAP or time.monotonic() > deadline or not any(answer.kind == ABSENT for answer in answers):
            return what, why
        time.sleep(1)


def locked(settings):
    """One decision at a time: the rollout's, or the keeper's."""
    os.makedirs(settings.run, mode=0o755, exist_ok=True)
    handle = open(f"{settings.run}/lock", "w")
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def is_locked(settings):
    """Whether another program decides at this moment."""
    with open(f"{settings.run}/lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def start(settings):
    with locked(settings):
        what, why = settled(settings)
        if what == REFUSE:
            raise Refusal(f"{settings.node} is not started: {why}")
        write_text(f"{settings.state}/owned", "The data in this machine's MariaDB is the cluster's.\n")
        print(f"{settings.node}: {what}, because {why}", flush=True)
        if what == BOOTSTRAP:
            bootstrap(settings)
            return
    missing = waits_for(settings)
    if missing:
        print(text(settings, missing), flush=True)
        mariadb.systemctl("restart", "--no-block", UNIT)
        return
    # Without the lock: where nobody serves, the keeper takes part in the recovery meanwhile.
    mariadb.systemctl("restart", UNIT)
    wait_active(PATIENCE_SECONDS + 2 * settings.inactive_seconds)


def bootstrap(settings):
    """The caller holds the lock and has made sure that nobody else can be primary."""
    permit = f"{settings.run}/bootstrap"
    write_text(permit, "")
    try:
        status, _ = mariadb.systemctl("restart", UNIT)
    finally:
        remove(permit)
    if status != 0:
        raise Refusal(f"{UNIT} does not start; its last lines:\n{mariadb.last_words()}")
    with mariadb.connect() as connection, connection.cursor() as cursor:
        accounts.ensure_system(cursor)
        status = mariadb.live_status(cursor)
        remember(settings, status["wsrep_cluster_state_uuid"], int(status["wsrep_cluster_size"]))


def wait_active(seconds):
    deadline = time.monotonic() + seconds
    while not mariadb.is_active():
        if time.monotonic() > deadline and not mariadb.is_copying():
            raise Refusal(f"{UNIT} does not start; its last lines:\n{mariadb.last_words()}")
        time.sleep(0.5)


def remember(settings, uuid, size):
    """From now on this machine knows that the cluster exists. Written when it changes."""
    known = settings.marker or {}
    largest = max(size, known.get("largest", 0))
    if uuid and uuid != mariadb.NO_UUID and (known.get("uuid") != uuid or known.get("largest") != largest):
        write_json(f"{settings.state}/formed.json", {"uuid": uuid, "largest": largest})


def prepare(settings):
    """Before every start of mariadbd, also at boot: TLS, position, donor. Leaves mariadbd's arguments in start.env."""
    os.makedirs(settings.run, mode=0o755, exist_ok=True)
    account = pwd.getpwnam("mysql")
    tls.ensure(settings, account.pw_uid, account.pw_gid)
    permit = f"{settings.run}/bootstrap"
    # It opens the door once, whatever happens next, and only for the one who holds the lock: a permit that a program left
    # that was killed would make a second cluster.
    may_bootstrap = os.path.exists(permit) and is_locked(settings)
    remove(permit)
    local = look(settings)
    answers = [] if may_bootstrap else ask_all(settings.peers, settings.agent_port)
    problem = different_cluster(local, answers)
    if not problem and not may_bootstrap and not local.position.known and not local.owned and local.databases:
        problem = f"joining would erase {', '.join(local.databases)}; deploy again to see what to do"
    if problem:
        # systemd tries again soon; the others may have changed by then.
        time.sleep(5)
        raise Refusal(f"{settings.node} is not started: {problem}")
    position = since_start.kept_position(settings) or mariadb.recovered_position()
    write_json(f"{settings.run}/position.json", {"uuid": position.uuid, "seqno": position.seqno})
    if may_bootstrap:
        # The view of before the crash would be waited for.
        remove(since_start.VIEW)
    since_start.begin(settings)
    arguments = []
    if position.known:
        arguments.append(f"--wsrep-start-position={position.uuid}:{position.seqno}")
    if may_bootstrap:
        mariadb.allow_bootstrap()
        arguments.append("--wsrep-new-cluster")
    donors = donor_order(answers)
    if donors:
        arguments.append(f"--wsrep-sst-donor={donors}")
    arguments = [*safe_settings(settings), *arguments]
    write_text(f"{settings.run}/start.env", f"BEEHIVE_START={' '.join(arguments)}\n")


def safe_settings(settings):
    """A file that somebody changed costs neither data nor the node: the command line has the last word."""
    problems = effective.judge(settings.required)
    for _, text in problems:
        print(text, flush=True)
    given = effective.fallbacks(problems, settings.required)
    if given:
        print(f"started with {' '.join(given)} all the same", flush=True)
    return given


def donor_order(answers):
    """Readers; the comma at the end means: anybody else when none of them can. The writer is asked last of all."""
    readers = [answer.name for answer in answers if answer.kind == AGENT and answer.status.get("synced") and not answer.status.get("isWriter")]
    return ",".join([*readers, ""]) if readers else ""
