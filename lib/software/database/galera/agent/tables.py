"""Tables that a move of the writer's role takes away from the application, and tables that slow Galera down.

Galera replicates InnoDB. Rows of MyISAM, Aria or MEMORY are on the node alone that took them: the next writer does not
have them. New ones are refused by MariaDB itself (`enforce_storage_engine`); those that were there before, or that root
made, are told by every way that an operator looks: `status`, the agent's /status, the journal, the next deploy.
"""

from .settings import read_json, write_json

NAMED = 20
# Root's own, which every node has for itself.
SYSTEM = "('mysql', 'sys', 'information_schema', 'performance_schema')"
# Sequences have no key either, and need none.
LISTED = f"""
SELECT table_schema, table_name, engine, table_type FROM information_schema.tables
WHERE table_schema NOT IN {SYSTEM} AND (engine <> 'InnoDB' OR table_type = 'SEQUENCE')
AND table_type NOT IN ('VIEW', 'SYSTEM VIEW', 'TEMPORARY') ORDER BY 1, 2"""
# InnoDB makes this index where a table has no key of its own. Parts of a table are one table.
NO_KEY = f"""
SELECT DISTINCT SUBSTRING_INDEX(t.name, '/', 1), SUBSTRING_INDEX(SUBSTRING_INDEX(SUBSTRING_INDEX(t.name, '/', -1), '#P#', 1), '#p#', 1)
FROM information_schema.innodb_sys_tables t JOIN information_schema.innodb_sys_indexes i USING (table_id)
WHERE i.name = 'GEN_CLUST_INDEX' AND SUBSTRING_INDEX(t.name, '/', 1) NOT IN {SYSTEM} AND t.name NOT LIKE '%/#sql%'
ORDER BY 1, 2"""
DECODED = "SELECT CONVERT(CONVERT(CAST(%s AS BINARY) USING filename) USING utf8mb4)"


def find(cursor):
    cursor.execute(LISTED)
    rows = cursor.fetchall()
    others = [f"{schema}.{name} ({engine})" for schema, name, engine, _ in rows if engine != "InnoDB"]
    sequences = {(schema, name) for schema, name, _, kind in rows if kind == "SEQUENCE"}
    cursor.execute(NO_KEY)
    named = [tuple(decoded(cursor, part) for part in parts) for parts in cursor.fetchall()]
    bare = [".".join(parts) for parts in named if parts not in sequences]
    return {"otherEngines": cut(others), "noPrimaryKey": cut(bare)}


def decoded(cursor, part):
    """A table's name as its file has it: `odd@0020name`."""
    if "@" not in part:
        return part
    cursor.execute(DECODED, (part,))
    return cursor.fetchone()[0]


def cut(names):
    return {"count": len(names), "names": names[:NAMED]}


def note(settings, cursor):
    """For /status; the journal hears of a change."""
    found = find(cursor)
    path = f"{settings.run}/tables.json"
    if found != read_json(path):
        write_json(path, found)
        for line in warnings(found):
            print(line, flush=True)
    return found


def listed(found):
    more = found["count"] - len(found["names"])
    return ", ".join([*found["names"], *([f"{more} more"] if more > 0 else [])])


def warnings(found):
    """One sentence for each kind."""
    said = []
    for kind, sentence in (
        (
            "otherEngines",
            "Galera does not replicate these tables; their rows are on one node alone and gone for the application when "
            "another takes the writes. Convert them with a dump (galera-cluster.md), never with ALTER TABLE",
        ),
        ("noPrimaryKey", "these tables have no primary key, which Galera needs to be fast and safe"),
    ):
        part = (found or {}).get(kind) or {"count": 0}
        if part["count"]:
            said.append(f"{sentence}: {listed(part)}")
    return said
