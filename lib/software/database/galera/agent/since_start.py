"""What has happened to MariaDB since it was started. A recovery after a power loss is quick where that is known."""

import os

from . import mariadb
from .settings import read_json, read_text, remove, write_json, write_text

# Galera's own: written whenever it finds itself in a primary component, gone after a stop in good order.
VIEW = f"{mariadb.DATADIR}/gvwstate.dat"


def begin(settings):
    """Before each start."""
    remove(f"{settings.run}/served")
    write_json(f"{settings.run}/view.json", {"text": read_text(VIEW) or ""})


def untouched(settings):
    """Nothing was written to the data: there was no component in which anything could be."""
    noted = read_json(f"{settings.run}/view.json")
    return noted is not None and noted["text"] == (read_text(VIEW) or "")


def served(settings):
    return os.path.exists(f"{settings.run}/served")


def note_served(settings):
    if not served(settings):
        write_text(f"{settings.run}/served", "")


def keep_position(settings, position):
    """MariaDB is stopped: its next start need not ask InnoDB again, which takes seconds."""
    write_json(f"{settings.run}/stopped.json", {"uuid": position.uuid, "seqno": position.seqno})


def kept_position(settings):
    """Once: the start that follows changes it."""
    kept = read_json(f"{settings.run}/stopped.json")
    remove(f"{settings.run}/stopped.json")
    return None if kept is None else mariadb.Position(kept["uuid"], kept["seqno"])
