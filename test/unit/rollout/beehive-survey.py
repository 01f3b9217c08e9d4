"""
What a survey finds on a machine, and how the owner's units go and come back.

beehive-survey.py MODULES: the machine's folders are made up, and so is its systemd; the programs are as they are delivered.
"""

import contextlib
import io
import json
import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, sys.argv.pop(1))
from beehive_apply import facts, firewalls, journal, listeners, ownership, packages, report, survey, system, takeover  # noqa: E402

HOST = {"hive": "shop", "takeOver": [], "keepFirewall": False, "sharedWith": []}
NOTHING = {"units": [], "ports": [], "folders": []}
PORT = {"protocol": "tcp", "port": 80, "address": "10.0.0.1", "purpose": "HAProxy, HTTP", "property": "httpPort"}


class Machine(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root)
        self.units, self.did, self.ruleset = {}, [], {"nftables": []}
        kept = [(journal, "STATE"), (listeners, "PROC"), (ownership, "PROGRAM"), (system, "run"), (report, "say")]
        kept += [(facts, "distribution"), (facts, "free_disk"), (facts, "memory"), (firewalls, "ufw_is_on")]
        kept += [(survey, name) for name in ("distribution", "free_disk", "memory")]
        for module, name in kept:
            self.addCleanup(setattr, module, name, getattr(module, name))
        journal.STATE = f"{self.root}/lib/rollout"
        listeners.PROC = f"{self.root}/proc"
        ownership.PROGRAM = f"{self.root}/beehive-apply"
        os.makedirs(f"{self.root}/proc/net")
        system.run = self.run_program
        report.say = lambda text: None
        survey.distribution = lambda: {"id": "debian", "version": "13", "name": "Debian GNU/Linux 13 (trixie)"}
        survey.free_disk = lambda: (5 * facts.GIB, "/")
        survey.memory = lambda: facts.GIB
        firewalls.ufw_is_on = lambda: False

    def run_program(self, command, timeout=0, env=None):
        """A systemd that knows `self.units`: name to [active, enabled]."""
        program, verb, *rest = command
        if program == "nft":
            return 0, json.dumps(self.ruleset)
        if program != "systemctl":
            return 0, ""
        words = [word for word in rest if not word.startswith("--")]
        if verb in ("list-unit-files", "list-units"):
            return 0, "\n".join(sorted(name for name in self.units if any(survey.fnmatch.fnmatch(name, word) for word in words)))
        if verb == "show":
            name = words[0]
            active, enabled = self.units.get(name, (False, False))
            return 0, "\n".join(
                [
                    f"Id={name}",
                    f"LoadState={'loaded' if name in self.units else 'not-found'}",
                    f"ActiveState={'active' if active else 'inactive'}",
                    f"UnitFileState={'enabled' if enabled else 'disabled'}",
                    f"Description=the {name.split('.')[0]} of the owner",
                ]
            )
        if verb in ("start", "enable", "disable"):
            self.did.append(f"{verb} {words[0]}")
            active, enabled = self.units.get(words[0], (False, False))
            self.units[words[0]] = {"start": (True, enabled), "enable": (active, True), "disable": (False, False)}[verb]
        return 0, ""

    def write(self, path, content):
        os.makedirs(os.path.dirname(f"{self.root}/{path}"), exist_ok=True)
        with open(f"{self.root}/{path}", "w", encoding="utf-8") as out:
            out.write(content if isinstance(content, str) else json.dumps(content))

    def group(self, name, tier, units=(), **more):
        services = [{"unit": unit} for unit in units]
        self.write(f"lib/rollout/{name}/state.json", {"files": [], "services": services, "tier": tier, **more})

    def listen(self, address="00000000:0050", unit="apache2.service", pid=77, program="apache2"):
        self.write("proc/net/tcp", f"  sl  local_address\n   0: {address} 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1\n")
        self.write(f"proc/{pid}/comm", f"{program}\n")
        where = f"system.slice/{unit}" if unit else "user.slice/user-0.slice/session-1.scope"
        self.write(f"proc/{pid}/cgroup", f"0::/{where}\n")
        os.makedirs(f"{self.root}/proc/{pid}/fd")
        os.symlink("socket:[4711]", f"{self.root}/proc/{pid}/fd/3")

    def found(self, wanted, only=None, **host):
        problems, taking = survey.survey({**NOTHING, **wanted}, {**HOST, **host}, only)
        return [problem["about"] for problem in problems], taking


class Units(Machine):
    def test_one_that_runs_or_is_enabled_is_named(self):
        self.units = {"nginx.service": (True, True), "php8.4-fpm.service": (False, True), "haproxy.service": (False, False)}
        wanted = {"units": ["nginx.service", "php*-fpm.service", "haproxy.service", "beehive-php-shop-web.service"]}
        self.assertEqual(self.found(wanted), (["nginx.service", "php8.4-fpm.service"], []))

    def test_one_that_the_program_names_is_taken(self):
        self.units = {"nginx.service": (True, True)}
        self.assertEqual(self.found({"units": ["nginx.service"]}, takeOver=["nginx.service"]), ([], ["nginx.service"]))

    def test_services_of_tiers_are_not_the_owners(self):
        self.units = {"mariadb.service": (True, True)}
        self.group("shop-db", "shop/db", ["mariadb.service"])
        self.assertEqual(self.found({"units": ["mariadb.service"]}), ([], []))

    def test_what_an_installation_brought_is_not_the_owners_until_somebody_starts_it(self):
        self.units = {"mariadb.service": (False, True)}
        ownership.save({"brought": ["mariadb.service"]})
        self.assertEqual(self.found({"units": ["mariadb.service"]}), ([], []))
        self.units = {"mariadb.service": (True, True)}
        self.assertEqual(self.found({"units": ["mariadb.service"]}), (["mariadb.service"], []))

    def test_an_installation_that_was_cut_off_has_brought_what_was_not_there_before(self):
        self.units = {"nginx.service": (False, True), "haproxy.service": (False, True)}
        ownership.save({"before": ["haproxy.service"]})
        self.assertEqual(self.found({"units": ["nginx.service", "haproxy.service"]}), (["haproxy.service"], []))

    def test_an_older_version_has_recorded_nothing_and_started_nothing(self):
        self.units = {"mariadb.service": (False, True), "nginx.service": (True, True)}
        self.write("beehive-apply", "")
        self.assertEqual(self.found({"units": ["mariadb.service", "nginx.service"]}), (["nginx.service"], []))


class Installations(Machine):
    def install(self, fails=False):
        self.addCleanup(setattr, packages, "installed", packages.installed)
        packages.installed = lambda: set()
        self.addCleanup(setattr, packages, "apt", packages.apt)

        def apt(arguments, quiet):
            self.units["nginx.service"] = (False, True)
            if fails:
                raise report.Refused("cut off")

        packages.apt = apt
        with contextlib.suppress(report.Refused):
            packages.install_packages(["nginx"], ["nginx.service", "php*-fpm.service"])

    def test_what_was_there_before_stays_the_owners(self):
        self.units = {"php8.4-fpm.service": (False, True)}
        self.install()
        self.assertEqual(ownership.record()["brought"], ["nginx.service"])
        self.assertEqual(self.found({"units": ["nginx.service", "php*-fpm.service"]}), (["php8.4-fpm.service"], []))

    def test_one_that_was_cut_off_is_remembered_by_the_next(self):
        self.install(fails=True)
        self.assertEqual(ownership.record()["brought"], [])
        self.install()
        self.assertEqual(ownership.record()["brought"], ["nginx.service"])

    def test_a_source_that_fails_is_a_warning_with_its_name(self):
        said = []
        report.say = said.append
        self.addCleanup(setattr, packages, "apt", packages.apt)
        packages.apt = self.refusing
        packages.update()
        self.assertEqual(
            said,
            [
                "warning: package sources do not answer as they should, going on with the lists that are there:\n"
                "    https://enterprise.example/debian/InRelease: 401  Unauthorized [IP: 192.0.2.1 443]"
            ],
        )

    def refusing(self, arguments, quiet):
        raise report.Refused(
            "apt-get update failed:\n    E: Failed to fetch https://enterprise.example/debian/InRelease  401  Unauthorized [IP: 192.0.2.1 443]"
        )


class Ports(Machine):
    def test_the_unit_that_listens_is_named_and_can_be_taken(self):
        self.listen()
        self.assertEqual(self.found({"ports": [PORT]}), (["port 80/tcp"], []))
        self.assertEqual(self.found({"ports": [PORT]}, takeOver=["apache2.service"]), ([], ["apache2.service"]))
        problem = survey.foreign_listeners([PORT])[0]
        self.assertEqual(
            f"{problem['found']}. {problem['fix']}",
            "apache2.service listens on port 80/tcp of 0.0.0.0, which a tier needs (HAProxy, HTTP). Choose: let Beehive stop it while "
            'tiers are here (takeOver: ["apache2.service"] on the host), another port (httpPort of the tier), or give the tier another host',
        )

    def test_a_program_of_nobodys_unit_has_to_be_stopped_by_its_owner(self):
        self.listen(unit=None, program="python3")
        problem = survey.foreign_listeners([PORT])[0]
        self.assertIn("python3 (process 77) listens on", problem["found"])
        self.assertEqual(problem["units"], [])

    def test_other_addresses_and_ports_are_free(self):
        self.listen(address="0100007F:0050")
        self.assertEqual(self.found({"ports": [PORT, {**PORT, "port": 81}]}), ([], []))
        self.assertEqual(self.found({"ports": [{**PORT, "address": "*"}]}), (["port 80/tcp"], []))

    def test_tiers_themselves_listen(self):
        self.listen(unit="beehive-haproxy-shop-entrance.service")
        self.assertEqual(self.found({"ports": [PORT]}), ([], []))

    def test_what_a_group_has_had_is_its_own_whatever_unit_listens(self):
        self.listen(unit="postgresql@15-main.service")
        self.group("shop-own", "shop/own", ["postgresql.service"], ports=[PORT])
        self.assertEqual(self.found({"ports": [PORT]}), ([], []))
        self.assertEqual(self.found({"ports": [PORT]}, "shop-own"), ([], []))
        self.assertEqual(self.found({"ports": [PORT]}, "shop-new"), (["port 80/tcp"], []))

    def test_states_of_older_versions_name_no_ports_and_go_on(self):
        self.listen(unit="postgresql@15-main.service")
        self.group("shop-own", "shop/own", ["postgresql.service"])
        self.assertEqual(self.found({"ports": [PORT]}), ([], []))

    def test_addresses_are_read_as_the_kernel_writes_them(self):
        self.assertEqual(listeners.readable("0100007F"), "127.0.0.1")
        self.assertEqual(listeners.readable("00000000000000000000000000000000"), "::")
        self.assertEqual(listeners.readable("0000000000000000FFFF00000100000A"), "10.0.0.1")
        self.assertEqual(listeners.readable("B80D0120000000000000000001000000"), "2001:db8::1")

    def test_addresses_overlap_as_bind_says(self):
        pairs = [("10.0.0.1", "0.0.0.0"), ("10.0.0.1", "::"), ("*", "127.0.0.1"), ("::1", "::"), ("10.0.0.1", "10.0.0.1")]
        self.assertEqual([listeners.overlap(*pair) for pair in pairs], [True] * 5)
        apart = [("10.0.0.1", "10.0.0.2"), ("::1", "0.0.0.0"), ("10.0.0.1", "127.0.0.1")]
        self.assertEqual([listeners.overlap(*pair) for pair in apart], [False] * 3)


class Data(Machine):
    def folder(self):
        marks = [f"{self.root}/owned"]
        return {"path": f"{self.root}/mysql", "blank": ["mysql", "sys", "#*"], "marks": marks, "away": "mariadb-dump"}

    def test_databases_of_somebody_are_named(self):
        for name in ("mysql/db.frm", "sys/x", "#innodb/x", "wordpress/posts.ibd", "test/t.ibd"):
            self.write(f"mysql/{name}", "")
        problems, _ = survey.survey({**NOTHING, "folders": [self.folder()]}, HOST)
        self.assertIn("holds data that Beehive did not put there (test, wordpress)", problems[0]["found"])

    def test_a_fresh_installation_and_no_folder_are_empty(self):
        self.assertEqual(self.found({"folders": [self.folder()]}), ([], []))
        self.write("mysql/mysql/db.frm", "")
        os.makedirs(f"{self.root}/mysql/test")
        self.assertEqual(self.found({"folders": [self.folder()]}), ([], []))

    def test_what_is_marked_is_the_tiers(self):
        self.write("mysql/shop/orders.ibd", "")
        self.write("owned", "")
        self.assertEqual(self.found({"folders": [self.folder()]}), ([], []))


class TheMachine(Machine):
    def test_one_that_fits_has_no_problem(self):
        self.assertEqual(self.found({}), ([], []))

    def test_one_that_no_tier_can_live_on_says_why(self):
        survey.distribution = lambda: {"id": "ubuntu", "version": "24.04", "name": "Ubuntu 24.04 LTS"}
        survey.free_disk = lambda: (facts.GIB // 2, "/var")
        survey.memory = lambda: 240 * facts.MIB
        problems, _ = survey.survey(NOTHING, HOST)
        self.assertEqual(
            [problem["found"] for problem in problems],
            [
                "it runs Ubuntu 24.04 LTS; Beehive supports Debian 12 and 13",
                "/var has 0.50 GiB left; tiers need 1 GiB or more",
                "it has 240 MiB of memory; tiers need 512 MiB or more",
            ],
        )

    def test_a_hive_that_is_there_is_not_held_up_by_its_machine(self):
        survey.free_disk = lambda: (facts.MIB, "/")
        self.group("shop-web", "shop/web")
        self.assertEqual(self.found({}), ([], []))

    def test_another_hive_is_named(self):
        self.group("blog-web", "blog/web")
        self.assertEqual(self.found({}), (["hive blog"], []))
        self.assertEqual(self.found({}, sharedWith=["blog"]), ([], []))

    def test_two_hives_that_share_a_machine_already_go_on(self):
        self.group("blog-web", "blog/web")
        self.group("shop-web", "shop/web")
        self.assertEqual(self.found({}), ([], []))

    def test_a_firewall_is_named_kept_or_taken(self):
        self.units = {"ufw.service": (False, True)}
        firewalls.ufw_is_on = lambda: True
        self.assertEqual(self.found({}), (["ufw"], []))
        self.assertEqual(self.found({}, keepFirewall=True), ([], []))
        self.assertEqual(self.found({}, takeOver=["ufw.service"]), ([], ["ufw.service"]))


class Firewalls(Machine):
    def tables(self, *chains):
        entries = []
        for family, table, name, base, rules in chains:
            entries.append({"chain": {"family": family, "table": table, "name": name, **base}})
            entries += [{"rule": {"family": family, "table": table, "chain": name, "expr": expr}} for expr in rules]
        return [table["name"] for table in firewalls.closing_tables(entries)]

    BASE = {"type": "filter", "hook": "input", "prio": 0, "policy": "accept"}
    MATCH = {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@banned"}}

    def test_a_policy_of_drop_closes(self):
        self.assertEqual(self.tables(("inet", "filter", "in", {**self.BASE, "policy": "drop"}, [])), ["the nftables table inet filter"])

    def test_a_last_rule_for_all_closes_also_behind_a_jump(self):
        jump = [[self.MATCH, {"accept": None}], [{"counter": {}}, {"jump": {"target": "rest"}}]]
        found = self.tables(("ip", "f", "in", self.BASE, jump), ("ip", "f", "rest", {}, [[{"counter": {}}, {"reject": None}]]))
        self.assertEqual(found, ["the nftables table ip f"])

    def test_bans_translations_and_the_hives_own_do_not(self):
        drop = [[self.MATCH, {"drop": None}]]
        self.assertEqual(self.tables(("ip", "f2b", "in", self.BASE, drop)), [])
        self.assertEqual(self.tables(("ip", "nat", "pre", {**self.BASE, "type": "nat", "hook": "prerouting"}, [[{"counter": {}}]])), [])
        self.assertEqual(self.tables(("inet", "beehive_shop_web", "in", {**self.BASE, "policy": "drop"}, [])), [])
        self.assertEqual(self.tables(("ip", "docker", "fwd", {**self.BASE, "hook": "forward", "policy": "drop"}, [])), [])
        self.assertEqual(self.tables(("inet", "open", "in", self.BASE, [[{"accept": None}], [{"drop": None}]])), [])


class TakingOver(Machine):
    def test_a_unit_comes_back_as_it_was(self):
        self.units = {"nginx.service": (True, True), "haproxy.service": (True, False)}
        self.assertEqual(takeover.take("shop-web", ["haproxy.service", "nginx.service"], []), ["haproxy.service", "nginx.service"])
        self.assertEqual(set(self.units.values()), {(False, False)})
        takeover.give_back("shop-web")
        self.assertEqual(self.units, {"nginx.service": (True, True), "haproxy.service": (True, False)})
        self.assertEqual(takeover.taken(), {})

    def test_it_comes_back_when_the_last_that_needs_its_place_is_gone(self):
        self.units = {"haproxy.service": (True, True)}
        takeover.take("shop-entrance", ["haproxy.service"], ["haproxy.service"])
        takeover.take("shop-web", [], ["haproxy.service"])
        takeover.take("shop-db", [], ["mariadb.service"])
        takeover.give_back("shop-entrance")
        takeover.give_back("shop-db")
        self.assertEqual(self.units["haproxy.service"], (False, False))
        takeover.give_back("shop-web")
        self.assertEqual(self.units["haproxy.service"], (True, True))

    def test_a_refused_release_gives_back_only_what_it_took_itself(self):
        self.units = {"nginx.service": (True, True), "apache2.service": (True, True)}
        takeover.take("shop-web", ["nginx.service"], [])
        takeover.take("shop-web", ["apache2.service"], [])
        takeover.give_back("shop-web", ["nginx.service"])
        self.assertEqual(self.units, {"nginx.service": (False, False), "apache2.service": (True, True)})

    def test_what_a_cut_left_half_taken_is_remembered_as_it_was_first(self):
        self.units = {"nginx.service": (True, True)}
        takeover.take("shop-web", ["nginx.service"], [])
        self.units["nginx.service"] = (True, False)
        takeover.take("shop-web", ["nginx.service"], [])
        takeover.give_back("shop-web")
        self.assertEqual(self.units["nginx.service"], (True, True))

    def test_rules_of_a_firewall_go_also_where_its_unit_does_not_run(self):
        self.units = {"ufw.service": (False, True)}
        takeover.take("shop-web", ["ufw.service"], [])
        self.assertEqual(self.did, ["start ufw.service", "disable ufw.service"])
        takeover.give_back("shop-web")
        self.assertEqual(self.units["ufw.service"], (True, True))


with contextlib.redirect_stdout(io.StringIO()):
    unittest.main()
