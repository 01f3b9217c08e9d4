"""A floating address that this machine moves to itself, through the cloud's API, while it is elected.

beehive-address SETTINGS COMMAND

run     run by systemd
check   exit status 0 when the API says who holds the address, and this machine may move it
"""

import argparse
import sys

from .problem import Problem
from .settings import load


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="beehive-address", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("settings")
    parser.add_argument("command", choices=("check", "run"))
    options = parser.parse_args(arguments)
    try:
        settings = load(options.settings)
        api = connect(settings)
        if options.command == "run":
            run(settings, api)
        else:
            check(settings, api)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def connect(settings):
    """Each of them loads what it needs: botocore takes half a second and 60 MB."""
    if settings.provider == "aws":
        from .aws import ElasticIp

        return ElasticIp(settings)
    from .digitalocean import ReservedIp

    return ReservedIp(settings)


def run(settings, api):
    from .election import Election
    from .entrance import Entrance
    from .reconciler import Reconciler

    Reconciler(settings, api, Election(settings.marker, settings.heard), Entrance(settings)).run()


def check(settings, api):
    holder = api.look()
    api.rehearse()
    print(f"{settings.address} is on {holder.name or 'nobody'}; this machine is {api.me()}")
