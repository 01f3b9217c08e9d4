"""Accounts and groups of the machine."""

import grp
import pwd

from . import system
from .report import Refused, tail


def uid(name):
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise Refused(f"there is no account {name} on this machine")


def gid(name):
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise Refused(f"there is no group {name} on this machine")


def make_account(account):
    name = account["name"]
    try:
        pwd.getpwnam(name)
    except KeyError:
        home = account.get("home", "/nonexistent")
        status, output = system.run(
            ["useradd", "--system", "--user-group", "--home-dir", home, "--no-create-home", "--shell", "/usr/sbin/nologin", name]
        )
        if status != 0:
            raise Refused(f"useradd {name} failed: {tail(output)}")
    for group in account.get("groups", []):
        system.run(["usermod", "--append", "--groups", group, name])


def owner_name(number):
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"the account {number}"
