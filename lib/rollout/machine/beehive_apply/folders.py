"""Folders that only root decides about. Nothing here follows a link."""

import os
import stat

from .accounts import gid, owner_name, uid
from .report import Refused

# Accounts that decide what lies where this program works.
OWNERS = {0}


def make_directory(directory):
    """Mode and owner are set on the folder that was opened, never on what a link leads to."""
    path = directory["path"]
    folder = open_folder(path)
    try:
        os.fchmod(folder, int(directory.get("mode", "0755"), 8))
        os.fchown(folder, uid(directory.get("owner", "root")), gid(directory.get("group", "root")))
    finally:
        os.close(folder)


def open_folder(path):
    """
    A descriptor of the folder, made with what is missing above it. Every step is refused that another account could have put
    there: what root gives away or writes must lie where only root decides what it is.
    """
    folder = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    here = "/"
    for name in [part for part in os.path.normpath(path).split("/") if part]:
        above, here = here, os.path.join(here, name)
        try:
            refuse_foreign(folder, above)
            try:
                os.mkdir(name, 0o755, dir_fd=folder)
            except FileExistsError:
                pass
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        except NotADirectoryError:
            raise Refused(f"{here} is no folder, but a file or a link; Beehive follows none. Move it away and deploy again")
        finally:
            os.close(folder)
        folder = below
    return folder


def refuse_foreign(folder, path):
    """A folder in which another account may replace what is in it. A sticky one, like /tmp, keeps what is root's."""
    here = os.fstat(folder)
    writable = here.st_mode & 0o022 and not here.st_mode & stat.S_ISVTX
    if here.st_uid not in OWNERS or writable:
        raise Refused(
            f"{path} belongs to {owner_name(here.st_uid)} (mode {stat.S_IMODE(here.st_mode):04o}), so that what lies in it may be "
            f"replaced by others than root. Give it back: chown root {path} && chmod go-w {path}"
        )


def is_folder(path):
    return os.path.isdir(path) and not os.path.islink(path)


def is_below(path, folders):
    return any(f"{path}/".startswith(f"{folder}/") for folder in folders)


def missing_folders(path):
    """From the deepest one up."""
    folder = os.path.dirname(path)
    missing = []
    while not is_folder(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    return missing


def remove_empty(path):
    """A folder that was made for files that are gone again; with something else in it, it stays."""
    if is_folder(path):
        try:
            os.rmdir(path)
        except OSError:
            pass


def sync_folder(path):
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
