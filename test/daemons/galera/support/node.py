"""MariaDB servers in the container of a test: the first with the generated configuration, others beside it as members."""

import glob
import os
import pwd
import subprocess
import time

import pymysql

from beehive_galera import accounts, mariadb, settings, tls

here = settings.load("shop-db")


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


class Server:
    """`number` 1 is the machine's own; 2 and more keep their data and their socket elsewhere."""

    def __init__(self, number):
        self.address = here.members[number - 1].address
        self.name = here.members[number - 1].name
        self.data = mariadb.DATADIR if number == 1 else f"/srv/{number}"
        self.socket = mariadb.SOCKET if number == 1 else f"/run/mysqld/{number}.sock"
        self.log = f"/srv/{number}.log"
        self.options = [] if number == 1 else self.others()
        self.process = None

    def others(self):
        """A file of its own in place of all others, because the copy from another node reads it, too."""
        text = run("cat", *sorted(glob.glob("/etc/mysql/mariadb.conf.d/9*.cnf"))).replace(f"node_name = {here.me.name}", f"node_name = {self.name}")
        members = f"wsrep_cluster_address = gcomm://{','.join(member.address for member in here.members)}"
        own = text.replace(members, "").replace(here.me.address, self.address)
        with open(f"/srv/{self.name}.cnf", "w", encoding="utf-8") as file:
            file.write(f"{own}\n[mariadb]\n{members}\ndatadir = {self.data}\nsocket = {self.socket}\n")
        return [f"--defaults-file=/srv/{self.name}.cnf"]

    def start(self, *more):
        with open(self.log, "ab") as log:
            command = ["mariadbd", *self.options, "--user=mysql", f"--pid-file=/run/mysqld/{self.name}.pid", *more]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while True:
            try:
                if self.ask("SHOW STATUS LIKE 'wsrep_ready'")[0][1] == "ON":
                    return self
            except pymysql.MySQLError:
                pass
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(run("tail", "-n", "60", self.log))
            time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def connect(self, user="root", password="", database=None):
        return pymysql.connect(unix_socket=self.socket, user=user, password=password, database=database, autocommit=True)

    def ask(self, *statements, user="root", password="", database=None):
        with self.connect(user, password, database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall()


def first():
    """The machine as it is before MariaDB's first start: addresses, certificates, a new cluster."""
    for member in here.members:
        run("ip", "address", "add", f"{member.address}/32", "dev", "lo")
    run("ip", "link", "set", "lo", "up")
    mysql = pwd.getpwnam("mysql")
    os.makedirs("/run/mysqld", exist_ok=True)
    os.chown("/run/mysqld", mysql.pw_uid, mysql.pw_gid)
    tls.ensure(here, mysql.pw_uid, mysql.pw_gid)
    return Server(1).start("--wsrep-new-cluster")


def pair():
    """Two members. The second begins with a copy of the first's data, so that only what it missed is sent."""
    one = first()
    with one.connect() as connection, connection.cursor() as cursor:
        accounts.ensure_system(cursor)
    one.stop()
    two = Server(2)
    run("cp", "-a", one.data, two.data)
    mariadb.allow_bootstrap()
    return one.start("--wsrep-new-cluster"), two.start()
