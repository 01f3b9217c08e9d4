"""JSON that survives a cut: replaced as a whole, and on the disk before anything relies on it."""

import json
import os

from .folders import sync_folder


def read_json(path, default):
    try:
        with open(path, encoding="utf-8") as source:
            return json.load(source)
    except FileNotFoundError:
        return default


def write_json(path, value):
    temporary = f"{path}.new"
    try:
        with open(temporary, "w", encoding="utf-8") as out:
            out.write(json.dumps(value))
            out.flush()
            os.fsync(out.fileno())
        os.rename(temporary, path)
    except OSError:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise
    sync_folder(os.path.dirname(path))
