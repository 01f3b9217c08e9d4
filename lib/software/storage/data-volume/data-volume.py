"""A folder on a volume of its own. Standard library only.

data-volume prepare DEVICE FOLDER          makes sure that DEVICE holds a filesystem that can be mounted at FOLDER
data-volume grow DEVICE FOLDER GIBIBYTES   lets the mounted filesystem fill the volume
data-volume check DEVICE FOLDER            fails unless DEVICE is mounted at FOLDER

A filesystem is made only on a volume that is blank: no signature of anything, zeros at both ends. Whatever the folder held
before is copied to the new filesystem. The label tells a filesystem whose copy is complete from one that was cut off.
"""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time

# Labels of ext4, 16 bytes at most.
BEGUN = "beehive-begun"
DONE = "beehive-data"
# A volume shows up some seconds after the provider has said that it is attached, and so does a new size.
PATIENCE = 90
COPY_TIMEOUT = 1800


class Refused(Exception):
    """Nothing that was there has been changed."""


def run(*command, fine=(0,), timeout=COPY_TIMEOUT):
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout,
        text=True,
        errors="replace",
    )
    if done.returncode not in fine:
        raise Refused(f"{' '.join(command)} failed ({done.returncode}): {done.stdout.strip()[-2000:]}")
    return done.returncode, done.stdout


def wait_until(holds, otherwise):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise Refused(otherwise())
        time.sleep(0.5)


# The device


def wait_for(device):
    def there():
        return os.path.exists(device) and stat.S_ISBLK(os.stat(device).st_mode)

    wait_until(there, lambda: f"{device} is no block device, and none has come within {PATIENCE} s; attach the volume")


def size_of(device):
    with open(device, "rb") as volume:
        return volume.seek(0, os.SEEK_END)


def signature(device):
    """What blkid finds on the device itself, past every cache; empty when it finds nothing."""
    status, output = run("blkid", "--probe", "--output", "export", device, fine=(0, 2, 8))
    if status == 8:
        raise Refused(f"{device} holds more than one kind of data, and blkid cannot tell which counts. wipefs {device} lists them")
    return dict(line.split("=", 1) for line in output.splitlines() if "=" in line and not line.startswith("DEVNAME="))


def refuse_unless_blank(device):
    _, found = run("wipefs", "--noheadings", "--output", "TYPE,OFFSET", device)
    if found.strip():
        raise Refused(f"{device} is not blank: {' '.join(found.split())}")
    try:
        # Exclusive: also refuses what a device mapper or a RAID has taken.
        volume = os.fdopen(os.open(device, os.O_RDONLY | os.O_EXCL), "rb")
    except OSError as problem:
        raise Refused(f"{device} is in use: {problem.strerror}")
    with volume:
        size = volume.seek(0, os.SEEK_END)
        for begin, length in ((0, 4 << 20), (max(0, size - (1 << 20)), 1 << 20)):
            volume.seek(begin)
            if any(volume.read(length)):
                raise Refused(
                    f"{device} has no signature that blkid knows, but it is not blank either. It is left alone. When what is "
                    f"on it may be lost, erase it: blkdiscard --zeroout {device}"
                )


# The folder


def mounted_device(folder):
    """The device that is mounted at the folder; None when nothing is."""
    found = None
    with open("/proc/self/mountinfo") as mounts:
        for line in mounts:
            words = line.split()
            if words[4].encode().decode("unicode_escape") == folder:
                major, minor = words[2].split(":")
                found = os.makedev(int(major), int(minor))
    return found


def users_of(folder):
    """Programs that have something of the folder open."""
    found = set()
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            open_files = [f"/proc/{process}/cwd", *(entry.path for entry in os.scandir(f"/proc/{process}/fd"))]
        except OSError:
            continue  # it has ended
        for link in open_files:
            try:
                if f"{os.readlink(link)}/".startswith(f"{folder}/"):
                    with open(f"/proc/{process}/comm") as name:
                        found.add(f"{name.read().strip()} ({process})")
            except OSError:
                continue
    return sorted(found)


class mounted:
    """The filesystem at a place that nobody looks at."""

    def __init__(self, device):
        self.device = device

    def __enter__(self):
        self.place = tempfile.mkdtemp(prefix="beehive-volume-", dir="/run")
        try:
            run("mount", "-o", "noatime,nodev,nosuid", self.device, self.place)
        except Refused:
            os.rmdir(self.place)
            raise
        return self.place

    def __exit__(self, *_):
        run("umount", self.place)
        os.rmdir(self.place)


def adopt(place, folder):
    """
    Gives the filesystem to the account that owns the folder. Another machine may have given the account another number:
    everything that belonged to the old number belongs to the new one then, the top last, so that a cut is seen.
    """
    here, there = os.stat(folder), os.stat(place)
    uid = here.st_uid if there.st_uid not in (0, here.st_uid) and here.st_uid != 0 else None
    gid = here.st_gid if there.st_gid not in (0, here.st_gid) and here.st_gid != 0 else None
    if uid is not None or gid is not None:
        for parent, folders, files in os.walk(place):
            for path in (os.path.join(parent, name) for name in folders + files):
                old = os.lstat(path)
                os.lchown(
                    path,
                    uid if uid is not None and old.st_uid == there.st_uid else -1,
                    gid if gid is not None and old.st_gid == there.st_gid else -1,
                )
    if here.st_uid != 0:
        os.chown(place, here.st_uid, here.st_gid)
        os.chmod(place, stat.S_IMODE(here.st_mode))


def is_empty(place):
    names = set(os.listdir(place))
    return not names or (names == {"lost+found"} and not os.listdir(os.path.join(place, "lost+found")))


def fill(place, folder):
    """Copies what the folder holds, so that an installation goes on where it was. Begins again when it was cut off."""
    for name in os.listdir(place):
        path = os.path.join(place, name)
        shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
    run("cp", "--archive", "--one-file-system", f"{folder}/.", f"{place}/")


# Commands


def prepare(device, folder):
    wait_for(device)
    if mounted_device(folder) is not None:
        check(device, folder)
        print(f"{device} is mounted at {folder}")
        return
    busy = users_of(folder)
    if busy:
        raise Refused(
            f"{', '.join(busy)} work in {folder} on the machine's own disk, and would lose sight of it. Give the volume to a new "
            f"machine and let this one leave"
        )
    os.makedirs(folder, exist_ok=True)
    found = signature(device)
    if not found:
        refuse_unless_blank(device)
        print(f"{device} is blank: making a filesystem for {folder}")
        run("mkfs.ext4", "-q", "-m", "0", "-L", BEGUN, device)
        found = signature(device)
    if found.get("USAGE") != "filesystem":
        what = found.get("TYPE") or found.get("PTTYPE") or "something that is no filesystem"
        raise Refused(f"{device} holds {what}, which cannot be mounted at {folder}. It is left alone")
    if found["TYPE"] == "ext4":
        # 1: it had to repair something. More is for a human.
        run("e2fsck", "-p", device, fine=(0, 1))
    begun = found.get("LABEL") == BEGUN
    with mounted(device) as place:
        if begun or is_empty(place):
            fill(place, folder)
        adopt(place, folder)
        os.sync()
    if begun:
        run("e2label", device, DONE)
    print(f"{device} is ready for {folder}")


def grow(device, folder, gibibytes):
    check(device, folder)
    wanted = int(gibibytes) << 30
    wait_until(
        lambda: size_of(device) >= wanted,
        lambda: f"{device} has {size_of(device) >> 30} GiB of {gibibytes}; look at the volume, or restart the machine",
    )
    kind = signature(device).get("TYPE", "")
    if kind.startswith("ext"):
        run("resize2fs", device)
    elif kind == "xfs":
        run("xfs_growfs", folder)
    print(f"{folder} has {shutil.disk_usage(folder).total / (1 << 30):.1f} GiB")


def check(device, folder):
    at = mounted_device(folder)
    if at is None:
        raise Refused(f"nothing is mounted at {folder}")
    if at != os.stat(device).st_rdev:
        raise Refused(f"another device than {device} is mounted at {folder}. Restart the machine when it may change")


def main(arguments):
    command, *rest = arguments or [""]
    try:
        if command == "prepare" and len(rest) == 2:
            prepare(rest[0], os.path.realpath(rest[1]))
        elif command == "grow" and len(rest) == 3:
            grow(rest[0], os.path.realpath(rest[1]), rest[2])
        elif command == "check" and len(rest) == 2:
            check(rest[0], os.path.realpath(rest[1]))
        else:
            print(__doc__)
            return 3
        return 0
    except (Refused, OSError, subprocess.TimeoutExpired) as problem:
        print(f"data-volume: {problem}.")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
