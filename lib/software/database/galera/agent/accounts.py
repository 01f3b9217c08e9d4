"""Databases and accounts, each with the rights that it needs and no more. Changes only what differs.

Nothing of the owner's is dropped: no database at all, and of the accounts those that this program made and that nobody
needs any more, and those with which MariaDB's own installer lets everybody in.
"""

import hashlib
import ipaddress
import json

from . import mariadb
from .agent import ACCOUNT
from .settings import Refusal, read_text

# Applications that were rolled out before go on with the password that they have; after this hour it is worth nothing.
OLD_PASSWORD_SECONDS = 3600
RIGHTS = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES, "
    "EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER"
)
# What mariadb-backup needs on a donor (https://mariadb.com/kb/en/mariadb-backup-overview/).
BACKUP_RIGHTS = "RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR"
NATIVE = "mysql_native_password"
# CONNECTION ADMIN: a connection is kept for the agent when applications use up all others.
AGENT_RIGHTS = "CONNECTION ADMIN"


def ensure(settings):
    with mariadb.connect(timeout=30) as connection, connection.cursor() as cursor:
        status = mariadb.live_status(cursor)
        if status.get("wsrep_cluster_status") != "Primary" or status.get("wsrep_local_state") not in ("2", "4"):
            raise Refusal(f"{settings.node} is no synced member of a primary component, accounts are left as they are")
        ensure_system(cursor)
        wanted = {user: native_hash(password_of(settings, user)) for _, user in settings.databases}
        if ensure_table(cursor, "account", "user VARCHAR(80), host VARCHAR(60), PRIMARY KEY (user, host)"):
            adopt(cursor, settings, wanted)
        for database, user in settings.databases:
            ensure_database(cursor, database)
            ensure_user(cursor, settings, user, wanted[user])


def password_of(settings, user):
    password = read_text(f"{settings.folder}/passwords/{user}")
    if not password:
        raise Refusal(f"the password of {user} is empty; give it a value")
    return password


def adopt(cursor, settings, wanted):
    """Once, on a cluster of a release that wrote no list: accounts with the program's password are the program's."""
    clients = {host_pattern(client) for client in settings.clients}
    for user, text in wanted.items():
        cursor.execute("SELECT Host, Priv FROM mysql.global_priv WHERE User = %s", (user,))
        hashes = {host: {way.get("authentication_string") for way in methods(json.loads(priv))} for host, priv in cursor.fetchall()}
        known = {text}.union(*(found for host, found in hashes.items() if host in clients))
        for host, found in hashes.items():
            if found & known:
                remember(cursor, user, host)


def remember(cursor, user, host):
    cursor.execute("SELECT 1 FROM beehive.account WHERE user = %s AND host = %s", (user, host))
    if cursor.fetchone() is None:
        cursor.execute("INSERT IGNORE INTO beehive.account VALUES (%s, %s)", (user, host))


def ensure_system(cursor):
    """Also on a node that an older release made."""
    drop_open_doors(cursor)
    ensure_root(cursor)
    ensure_socket_login(cursor, "mysql", [f"GRANT {BACKUP_RIGHTS} ON *.*"])
    if not exists(cursor, "beehive"):
        cursor.execute("CREATE DATABASE beehive")
    ensure_table(
        cursor,
        "writer",
        "id TINYINT PRIMARY KEY, epoch BIGINT NOT NULL, name VARCHAR(63) NOT NULL, uuid CHAR(36) NOT NULL, since DATETIME(3) NOT NULL",
    )
    ensure_table(
        cursor, "old_password", "user VARCHAR(80), host VARCHAR(60), since DATETIME NOT NULL, PRIMARY KEY (user, host)"
    )
    cursor.execute("SELECT 1 FROM beehive.writer WHERE id = 1")
    if cursor.fetchone() is None:
        cursor.execute("INSERT IGNORE INTO beehive.writer VALUES (1, 0, '', '', UTC_TIMESTAMP(3))")
    ensure_socket_login(
        cursor,
        ACCOUNT,
        [
            f"GRANT {AGENT_RIGHTS} ON *.*",
            "GRANT SELECT, UPDATE ON `beehive`.`writer`",
            "GRANT SELECT ON `mysql`.`wsrep_cluster_members`",
        ],
    )


def drop_open_doors(cursor):
    """Accounts of MariaDB's installer that ask for no password. Debian's makes none; one with a password is somebody's own."""
    cursor.execute("SELECT User, Host, Priv FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost')")
    for user, host, privilege in cursor.fetchall():
        if is_open(json.loads(privilege)):
            cursor.execute("DROP USER %s@%s", (user, host))


def is_open(privilege):
    """Anybody may log in as this account."""
    without = [way for way in methods(privilege) if way.get("plugin", NATIVE) == NATIVE and not way.get("authentication_string")]
    return bool(without) and not privilege.get("account_locked")


def ensure_root(cursor):
    """Other ways to log in that the owner gave root stay; without a password it is everybody's."""
    privilege = stored(cursor, "root", "localhost")
    if is_open(privilege) or "unix_socket" not in [way.get("plugin") for way in methods(privilege)]:
        cursor.execute("ALTER USER root@localhost IDENTIFIED VIA unix_socket")


def ensure_socket_login(cursor, user, grants):
    """Accounts that are this program's alone."""
    privilege = stored(cursor, user, "localhost")
    if privilege is None:
        cursor.execute("CREATE USER %s@localhost IDENTIFIED VIA unix_socket", (user,))
    elif [method["plugin"] for method in methods(privilege)] != ["unix_socket"]:
        cursor.execute("ALTER USER %s@localhost IDENTIFIED VIA unix_socket", (user,))
    ensure_grants(cursor, user, "localhost", grants)


def ensure_database(cursor, name):
    if not exists(cursor, name):
        cursor.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")


def ensure_user(cursor, settings, user, wanted):
    hosts = [host_pattern(client) for client in settings.clients]
    cursor.execute("SELECT host FROM beehive.account WHERE user = %s", (user,))
    for (host,) in cursor.fetchall():
        if host not in hosts:
            cursor.execute("DROP USER IF EXISTS %s@%s", (user, host))
            cursor.execute("DELETE FROM beehive.account WHERE user = %s AND host = %s", (user, host))
    grants = [f"GRANT {RIGHTS} ON `{name.replace('_', chr(92) + '_')}`.*" for name, owner in settings.databases if owner == user]
    for host in hosts:
        privilege = stored(cursor, user, host)
        if privilege is None:
            cursor.execute("CREATE USER %s@%s IDENTIFIED VIA mysql_native_password USING %s", (user, host, wanted))
        else:
            rotate(cursor, user, host, wanted, [method.get("authentication_string") for method in methods(privilege)])
        ensure_tls(cursor, user, host, user in settings.tls_users)
        remember(cursor, user, host)
        ensure_grants(cursor, user, host, grants)


def ensure_tls(cursor, user, host, required):
    """Weaker than what an owner asked for by hand (X509, a subject) it becomes only when the program changes."""
    asked = stored(cursor, user, host).get("ssl_type", 0) != 0
    if asked != required:
        cursor.execute(f"ALTER USER %s@%s REQUIRE {'SSL' if required else 'NONE'}", (user, host))


def rotate(cursor, user, host, wanted, present):
    """The new password counts at once; the one before it for a while, because clients are rolled out later."""
    if present[0] == wanted:
        return
    cursor.execute(
        "ALTER USER %s@%s IDENTIFIED VIA mysql_native_password USING %s OR mysql_native_password USING %s",
        (user, host, wanted, present[0]),
    )
    cursor.execute("REPLACE INTO beehive.old_password VALUES (%s, %s, UTC_TIMESTAMP())", (user, host))


def expire_old_passwords(cursor):
    """Knows no password: keeps the first of the two and drops the second."""
    cursor.execute(
        "SELECT user, host FROM beehive.old_password WHERE since < UTC_TIMESTAMP() - INTERVAL %s SECOND", (OLD_PASSWORD_SECONDS,)
    )
    for user, host in cursor.fetchall():
        privilege = stored(cursor, user, host)
        if privilege is not None and len(methods(privilege)) > 1:
            newest = methods(privilege)[0]["authentication_string"]
            cursor.execute("ALTER USER %s@%s IDENTIFIED VIA mysql_native_password USING %s", (user, host, newest))
        cursor.execute("DELETE FROM beehive.old_password WHERE user = %s AND host = %s", (user, host))


def ensure_grants(cursor, user, host, wanted):
    """What is missing comes before what is too much goes, so that no application is without its rights for a moment."""
    account = f"{literal(cursor, user)}@{literal(cursor, host)}"
    cursor.execute(f"SHOW GRANTS FOR {account}")
    lines = [line for (line,) in cursor.fetchall()]
    present = rights(line.split(" TO ")[0] for line in lines)
    target = rights(wanted)
    for what, names in target.items():
        missing = names - present.get(what, set())
        if missing:
            cursor.execute(f"GRANT {', '.join(sorted(missing))} ON {what} TO {account}")
    for what, names in present.items():
        extra = names - target.get(what, set()) - {"USAGE"}
        if extra:
            cursor.execute(f"REVOKE {', '.join(sorted(extra))} ON {what} FROM {account}")
    for line in lines:
        if line.endswith(" WITH GRANT OPTION") and not line.startswith("GRANT PROXY"):
            what = line.split(" TO ")[0].partition(" ON ")[2]
            cursor.execute(f"REVOKE GRANT OPTION ON {what} FROM {account}")


def rights(grants):
    """`GRANT A, B ON x` as {x: {A, B}}. PROXY, which Debian's installation gives, means nothing for a login by socket."""
    found = {}
    for grant in grants:
        if grant.startswith("GRANT PROXY"):
            continue
        names, _, what = grant.removeprefix("GRANT ").partition(" ON ")
        found.setdefault(what, set()).update(name.strip() for name in names.split(","))
    return found


def literal(cursor, text):
    return cursor.connection.literal(text)


def exists(cursor, database):
    cursor.execute("SELECT 1 FROM information_schema.schemata WHERE schema_name = %s", (database,))
    return cursor.fetchone() is not None


def ensure_table(cursor, name, columns):
    """True when it was not there."""
    cursor.execute("SELECT 1 FROM information_schema.tables WHERE table_schema = 'beehive' AND table_name = %s", (name,))
    if cursor.fetchone() is not None:
        return False
    cursor.execute(f"CREATE TABLE beehive.{name} ({columns}) ENGINE = InnoDB")
    return True


def stored(cursor, user, host):
    cursor.execute("SELECT Priv FROM mysql.global_priv WHERE User = %s AND Host = %s", (user, host))
    found = cursor.fetchone()
    return None if found is None else json.loads(found[0])


def methods(privilege):
    """Ways to log in, in MariaDB's order; an empty object stands for the plugin outside of the list."""
    own = {key: privilege[key] for key in ("plugin", "authentication_string") if key in privilege}
    return [entry or own for entry in privilege.get("auth_or", [{}])]


def host_pattern(client):
    """MariaDB writes networks as address/netmask."""
    if "/" not in client:
        return client
    network = ipaddress.ip_network(client, strict=False)
    return str(network.network_address) if network.prefixlen == 32 else f"{network.network_address}/{network.netmask}"


def native_hash(password):
    return "*" + hashlib.sha1(hashlib.sha1(password.encode()).digest()).hexdigest().upper()
