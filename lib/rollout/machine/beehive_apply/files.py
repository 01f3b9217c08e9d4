"""Files of a release, and the daemons' own checkers of them."""

import base64
import os
import shutil
import stat

from . import system
from .accounts import gid, uid
from .placeholders import fill
from .report import Refused, tail

STAGE = "/run/beehive/stage"


class WantedFile:
    def __init__(self, spec, secrets):
        self.path = spec["path"]
        text = spec["content"]
        self.content = base64.b64decode(text) if spec.get("encoding") == "base64" else fill(text, secrets).encode()
        self.mode = int(spec.get("mode", "0644"), 8)
        self.owner = spec.get("owner", "root")
        self.group = spec.get("group", "root")
        self.validate = spec.get("validate")

    def differs(self):
        try:
            here = os.lstat(self.path)
            if not stat.S_ISREG(here.st_mode):
                return True
            with open(self.path, "rb") as current:
                if current.read() != self.content:
                    return True
            return (
                stat.S_IMODE(here.st_mode) != self.mode
                or here.st_uid != uid(self.owner)
                or here.st_gid != gid(self.group)
            )
        except (FileNotFoundError, NotADirectoryError):
            return True

    def write(self, path):
        """With its owner and mode, and on the disk when this ends. The folder is root's alone: nobody sees it half done."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "wb") as out:
            out.write(self.content)
            out.flush()
            os.fchown(out.fileno(), uid(self.owner), gid(self.group))
            os.fchmod(out.fileno(), self.mode)
            os.fsync(out.fileno())


def validate(files):
    """Asks the daemons' own checkers about staged copies; nothing has been replaced yet."""
    folder = os.path.join(STAGE, str(os.getpid()))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    try:
        for number, wanted in enumerate(files):
            if not wanted.validate:
                continue
            staged = os.path.join(folder, f"{number}-{os.path.basename(wanted.path)[-200:]}")
            wanted.write(staged)
            status, output = system.run([word.replace("%s", staged) for word in wanted.validate])
            if status != 0:
                # A checker of several words hides behind an interpreter, whose name tells nobody anything.
                who = "its check" if wanted.validate[0] in ("sh", "python3") else wanted.validate[0]
                raise Refused(f"{who} refuses {wanted.path}:\n{tail(output.replace(staged, wanted.path))}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
