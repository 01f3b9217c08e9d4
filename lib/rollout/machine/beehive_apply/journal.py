"""What a rollout has begun, so that any later one can end it or put it back."""

import errno
import hashlib
import os
import shutil
import stat

from .folders import is_below, is_folder, missing_folders, open_folder, refuse_foreign, remove_empty, sync_folder
from .records import read_json, write_json
from .report import Refused

STATE = "/var/lib/beehive/rollout"
# Beside the files of a release while it is exchanged with the one before.
PLACE = ".beehive-release"


class Journal:
    """
    What a rollout has begun: where the last good files are kept, what has been made, and what is still to be activated.

    New files are written and old ones kept in a folder of root's beside them (`PLACE`), on the same filesystem: both ways, an
    exchange is a rename, which needs no room. A kept file is a link to the old one, so that it needs none either.
    """

    def __init__(self, group):
        self.folder = os.path.join(STATE, group)
        self.state_file = os.path.join(self.folder, "state.json")
        self.journal_file = os.path.join(self.folder, "journal.json")
        self.state = read_json(self.state_file, {"files": [], "services": []})
        self.pending = read_json(self.journal_file, None)
        # Of this run: where each new file lies, and folders that files take the place of.
        self.staged, self.ending = {}, []
        completed = self.state.get("completed")
        if self.pending is not None and completed is not None and self.pending.get("id") == completed:
            # Cut off after the end: all that is left to do is to clear away.
            self.forget()
        elif self.pending is None:
            clear(self.state.get("places", []))

    def begin(self, changed, removed, services):
        """
        Writes the new files and records the change, before it happens. Keeps what an interrupted run recorded: that was the
        last good state.
        """
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        paths = [wanted.path for wanted in changed] + removed
        # What an older version of this program has written lacks some of it.
        empty = {"id": os.urandom(8).hex(), "files": {}, "folders": [], "emptied": {}, "services": []}
        pending = {**empty, **(self.pending or {})}
        # A file is to take the place of a folder: nothing may be put into that.
        ending = self.ending = [wanted.path for wanted in changed if is_folder(wanted.path)]
        places = {path: place_of(path, ending) for path in dict.fromkeys([*pending["files"], *paths])}
        self.staged = {wanted.path: os.path.join(places[wanted.path], name_in_place(wanted.path, "new")) for wanted in changed}
        pending["places"] = sorted({*pending.get("places", []), *places.values()})
        # Named before they are made: what a cut leaves of them is found again.
        self.pending = pending
        write_json(self.journal_file, pending)
        for place in pending["places"]:
            make_place(place)
        for path, place in places.items():
            kept = pending["files"].get(path)
            # A kept file that is gone was put back by a run that was cut off at it.
            better = os.path.join(place, name_in_place(path, "old"))
            if path not in pending["files"] or (kept is not None and not os.path.lexists(kept)):
                pending["files"][path] = keep(path, better)
            elif kept is not None and is_below(kept, ending):
                pending["files"][path] = keep(kept, better)
            for folder in missing_folders(path):
                if folder not in pending["folders"]:
                    pending["folders"].append(folder)
        for wanted in changed:
            wanted.write(self.staged[wanted.path])
        for folder in ending:
            pending["emptied"][folder] = os.path.join(places[folder], name_in_place(folder, "folder"))
        for place in pending["places"]:
            sync_folder(place)
        pending["services"] = merged(pending["services"], services)
        write_json(self.journal_file, pending)

    def exchange(self, changed, removed):
        """Puts the new files in the place of the old ones. Nothing here needs room on a disk but new folders."""
        touched = set()
        for path in removed:
            if os.path.lexists(path) and not is_folder(path):
                os.unlink(path)
                touched.add(os.path.dirname(path))
        for folder in self.ending:
            refuse_content(folder)
            os.rename(folder, self.pending["emptied"][folder])
        for wanted in sorted(changed, key=lambda wanted: wanted.path):
            folder = open_folder(os.path.dirname(wanted.path))
            try:
                refuse_foreign(folder, os.path.dirname(wanted.path))
                os.rename(self.staged[wanted.path], os.path.basename(wanted.path), dst_dir_fd=folder)
            finally:
                os.close(folder)
            touched.add(os.path.dirname(wanted.path))
        for folder in touched:
            if os.path.isdir(folder):
                sync_folder(folder)

    def restore(self):
        files = self.pending["files"]
        for path, kept in files.items():
            if kept is None and os.path.lexists(path) and not is_folder(path):
                os.unlink(path)
        for folder in sorted(self.pending.get("folders", []), key=len, reverse=True):
            remove_empty(folder)
        for folder, kept in self.pending.get("emptied", {}).items():
            if is_folder(kept):
                os.rename(kept, folder)
        for path, kept in files.items():
            if kept is not None and os.path.lexists(kept):
                bring_back(kept, path)
        for folder in {os.path.dirname(path) for path in files}:
            if is_folder(folder):
                sync_folder(folder)

    def commit(self, state):
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        pending = self.pending or {}
        done = {"completed": pending.get("id"), "places": pending.get("places", [])}
        write_json(self.state_file, {**state, **done})
        self.forget()

    def forget(self):
        places = [] if self.pending is None else self.pending.get("places", [])
        if os.path.exists(self.journal_file):
            os.unlink(self.journal_file)
        self.pending = None
        clear(places)


def place_of(path, ending):
    """In the nearest folder that is there and stays: it has the same filesystem as the file will have."""
    folder = os.path.dirname(path)
    while not is_folder(folder) or is_below(folder, ending):
        folder = os.path.dirname(folder)
    return os.path.join(folder, PLACE)


def name_in_place(path, what):
    return f"{hashlib.sha256(path.encode()).hexdigest()[:24]}.{what}"


def make_place(place):
    """No other account may look into it: what is secret lies there before it has its own mode."""
    folder = open_folder(place)
    try:
        refuse_foreign(folder, place)
        os.fchmod(folder, 0o700)
    finally:
        os.close(folder)


def clear(places):
    for place in places:
        shutil.rmtree(place, ignore_errors=True)


def keep(path, kept):
    """Keeps the file that is there. Returns where, or None when there is none."""
    if not os.path.lexists(path) or is_folder(path):
        return None
    if os.path.lexists(kept):
        os.unlink(kept)
    os.link(path, kept, follow_symlinks=False)
    return kept


def bring_back(kept, path):
    try:
        os.rename(kept, path)
    except OSError as problem:
        if problem.errno != errno.EXDEV:
            raise
        # Kept by an older version of this program, on another filesystem.
        here = os.stat(kept)
        with open(kept, "rb") as source:
            temporary = f"{path}.beehive-old"
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as out:
                shutil.copyfileobj(source, out)
                os.fchown(out.fileno(), here.st_uid, here.st_gid)
                os.fchmod(out.fileno(), stat.S_IMODE(here.st_mode))
            os.rename(temporary, path)


def refuse_content(folder):
    """A folder that a file takes the place of."""
    for here, _, files in os.walk(folder):
        if files and os.path.basename(here) != PLACE:
            raise Refused(
                f"{folder} is a folder with files that Beehive did not bring ({os.path.join(here, files[0])}), and a file is to take "
                "its place. Move it away and deploy again"
            )


def merged(services, more):
    known = {service["unit"] for service in more}
    return [service for service in services if service["unit"] not in known] + more
