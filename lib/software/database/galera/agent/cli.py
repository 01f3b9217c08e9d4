"""A Galera node of a Beehive cluster.

beehive-galera [--group NAME] COMMAND

status           how every member is
drain            hands the writer's role over and takes this node out of service, or refuses
undrain          puts it back
start            starts MariaDB: joins the cluster, or makes it where that is safe
check [--size N] exit status 0 when this node is synced in a primary component of N members
check-agent      exit status 0 when the health agent says that this node serves and somebody writes
ensure-accounts  makes databases and accounts as in the program
ensure-time-zones  loads MariaDB's time zones from the machine's
check-tables     warns of tables that Galera does not replicate, tables without a primary key, and settings that lose data
prepare, agent, keep   run by systemd
"""

import argparse
import os
import sys


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="beehive-galera", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--group")
    parser.add_argument("command", choices=sorted(COMMANDS))
    parser.add_argument("--size", type=int, default=1)
    options = parser.parse_args(arguments)
    from .settings import Refusal, load

    # mariadb.service has one of its own, with which MariaDB could not enter the folders made here.
    os.umask(0o022)
    settings = None
    try:
        settings = load(options.group)
        return COMMANDS[options.command](settings, options) or 0
    except Refusal as problem:
        return refused(settings, options.command, problem)
    except Exception as problem:
        # pymysql takes a while to load; most commands that end well do not need its errors.
        import pymysql

        if not isinstance(problem, pymysql.MySQLError):
            raise
        return refused(settings, options.command, f"MariaDB refuses: {problem}")


def refused(settings, command, problem):
    from . import returning

    missing = returning.waits_for(settings) if settings and command in returning.GATES else []
    if missing:
        if command == "check":
            print(f"warning: {returning.text(settings, missing)}")
        return 0
    print(problem, file=sys.stderr)
    return 1


# Each loads what it needs: the agent replaces itself on a reload, and proxies wait for that.
def agent(settings, _):
    from .agent import serve

    serve(settings)


def keep(settings, _):
    from . import chores
    from .keeper import Keeper

    chores.start(settings)
    Keeper(settings).run()


def prepare(settings, _):
    from . import start

    start.prepare(settings)


def start(settings, _):
    from . import start as module

    module.start(settings)


def ensure_accounts(settings, _):
    from . import accounts

    accounts.ensure(settings)


def ensure_time_zones(settings, _):
    from . import chores

    chores.ensure_time_zones(settings)


def check_tables(settings, _):
    from . import chores

    chores.check(settings)


def drained(name):
    def command(settings, options):
        from . import drain

        if name == "check":
            return drain.check(settings, options.size)
        if name == "status":
            return 0 if drain.print_status(settings) else 1
        return getattr(drain, name)(settings)

    return command


COMMANDS = {
    "agent": agent,
    "keep": keep,
    "prepare": prepare,
    "start": start,
    "ensure-accounts": ensure_accounts,
    "ensure-time-zones": ensure_time_zones,
    "check-tables": check_tables,
    "drain": drained("drain"),
    "undrain": drained("undrain"),
    "check": drained("check"),
    "check-agent": drained("check_agent"),
    "status": drained("status"),
}
