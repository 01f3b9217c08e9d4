"""Packages for all tiers of the machine, so that a rollout later is short."""

from . import report
from .packages import install_packages, silence
from .records import read_json


def prepare(path):
    wanted = read_json(path, None)
    new = install_packages(wanted["packages"], wanted["quiet"])
    silence(wanted["unused"])
    report.say(f"prepared, {len(new)} packages installed, {report.elapsed()}")
