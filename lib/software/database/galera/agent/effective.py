"""What MariaDB makes of its files in the end, judged by what it must not lose.

`mariadbd --help --verbose` prints the value of every option after all files are read: abbreviations, `loose-`, `skip-`,
`disable-` and files of others have then done what they do. Stands alone, because a rollout runs it as `python3 -c` before
anything of it is on the machine: `STAGED PLACE RULES` judges all files with STAGED in the place of PLACE, `RULES` alone
those that are there.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

FILES = ("/etc/my.cnf", "/etc/mysql/my.cnf")
# What can be changed while MariaDB runs, and costs data.
RUNNING = {
    "innodb_flush_log_at_trx_commit",
    "binlog_format",
    "default_storage_engine",
    "enforce_storage_engine",
    "wsrep_on",
    "wsrep_osu_method",
    "wsrep_slave_fk_checks",
    "wsrep_certify_nonpk",
    "wsrep_forced_binlog_format",
}
PREFIX = re.compile(r"^(?:(?:loose|skip|disable|enable)-)+")
UNSET = "(No default value)"


def judge(rules, staged=None, place=None):
    """Sentences about what is wrong, none when all is well. The problem itself where MariaDB refuses its files."""
    lines = list(flattened(FILES, place, staged))
    if staged is None:
        values, groups, trouble = ask([])
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "all.cnf")
            with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
                file.writelines(f"{text}\n" for _, _, text in lines)
            address = next((rule["values"][0] for rule in rules if rule["name"] == "wsrep_cluster_address"), "gcomm://")
            values, groups, trouble = ask([f"--defaults-file={path}", f"--wsrep-cluster-address={address}"])
    if trouble:
        return [(None, trouble + "".join(f"\nThat is {path}, line {number}" for path, number in unknown(trouble, lines)))]
    values.update(of_copies(lines))
    return [(rule, sentence(rule, found, lines, groups)) for rule, found in broken(rules, values)]


def ask(options):
    """Values by name (some names have two), the groups that are read, or what MariaDB says against it all."""
    done = subprocess.run(["mariadbd", *options, "--help", "--verbose"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    said = done.stderr.decode("utf-8", "replace")
    shown = done.stdout.decode("utf-8", "surrogateescape")
    if done.returncode != 0:
        errors = [line for line in said.splitlines() if "[ERROR]" in line or "rror" in line]
        return {}, set(), "\n".join(errors or said.splitlines()[-10:])
    groups = re.search(r"^The following groups are read: (.*)$", shown, re.M)
    values = {}
    for line in shown.partition("Variables (--variable-name=value)")[2].splitlines()[2:]:
        name, _, value = line.partition(" ")
        if name:
            values.setdefault(named(name), []).append(value.strip().replace(UNSET, ""))
    return values, set(groups.group(1).split()) if groups else set(), None


def of_copies(lines):
    """Options of [sst] as the script for copies reads them: whole names, the last one counts."""
    values, group = {}, None
    for _, _, text in lines:
        text = text.strip()
        if text.startswith("["):
            group = text[1:].partition("]")[0].strip()
        elif group == "sst" and "=" in text and text[0] not in "#;!":
            option, _, value = text.partition("=")
            values[f"sst.{named(option.strip())}"] = [value.strip().strip("\"'")]
    return values


def running(rules, cursor):
    """The same of the server that runs: root may have changed what a file cannot."""
    cursor.execute("SHOW GLOBAL VARIABLES")
    values = {named(name): [value] for name, value in cursor.fetchall()}
    dynamic = [rule for rule in rules if rule["name"] in RUNNING]
    return [f"In the running MariaDB {sentence(rule, found, [], set())}" for rule, found in broken(dynamic, values)]


def broken(rules, values):
    for rule in rules:
        found = values.get(named(rule["name"]))
        if found is None:
            # An older or newer MariaDB does not know it, and so cannot have it wrong; Galera's own are always there.
            found = ["nothing"] if rule["name"] == "wsrep_on" else None
        if found is not None and not any(same(value, wanted) for value in found for wanted in rule["values"]):
            yield rule, found[-1]


def same(value, wanted):
    if wanted.startswith("/"):
        return os.path.normpath(value or "/") == wanted
    switches = {"TRUE": "ON", "FALSE": "OFF"}
    if wanted in ("ON", "OFF"):
        switches.update({"1": "ON", "0": "OFF"})
    plain = lambda text: switches.get(text.upper(), text.upper())
    return plain(value) == plain(wanted) or value == wanted


def sentence(rule, found, lines, groups):
    wanted = " or ".join(short(value) or "unset" for value in rule["values"])
    said = f"{rule['name']} is {short(found) or 'unset'} and must be {wanted}: {rule['why']}."
    origin = culprit(rule["name"], lines, groups)
    if origin is not None:
        path, number, text = origin
        said += f" The last line that sets it is {path}, line {number}: {short(text.strip())}"
    return said


def short(text):
    return text if len(text) <= 120 else f"{text[:117]}..."


def culprit(name, lines, groups):
    """The last line that may have set it: MariaDB takes each unambiguous beginning of a name, in either spelling."""
    section, _, name = name.rpartition(".")
    groups = {section} if section else groups
    full, found, group = dashed(name), None, None
    for origin in lines:
        text = origin[2].strip()
        if text.startswith("["):
            group = text[1:].partition("]")[0].strip()
        elif group in groups and text and text[0] not in "#;!":
            option = dashed(re.split(r"[=\s]", text, maxsplit=1)[0])
            bare = PREFIX.sub("", option)
            if full.startswith((option, bare, f"skip-{bare}")):
                found = origin
    return found


def unknown(trouble, lines):
    """Where the option stands that MariaDB names, but not its place."""
    for option in re.findall(r"unknown (?:variable|option) '(?:--)?([^'=]+)", trouble):
        for path, number, text in lines:
            if dashed(re.split(r"[=\s]", text.strip(), maxsplit=1)[0]) == dashed(option):
                yield path, number


def named(name):
    return name.replace("-", "_").lower()


def dashed(name):
    return name.replace("_", "-").lower()


def flattened(files, place, staged):
    """All lines in the order in which MariaDB reads them: file, number, text. Files that anybody may write are not read."""
    for path in files:
        yield from lines_of(path, place, staged, ())


def lines_of(path, place, staged, inside):
    source = staged if staged is not None and path == place else path
    try:
        if path in inside or os.stat(source).st_mode & 0o002:
            return
        with open(source, encoding="utf-8", errors="surrogateescape") as file:
            content = file.read().split("\n")
    except OSError:
        return
    group = ""
    for number, text in enumerate(content, 1):
        plain = text.strip()
        if plain.startswith("["):
            group = text
        directive, _, argument = plain.partition(" ")
        if directive == "!include":
            yield from lines_of(argument.strip(), place, staged, (*inside, path))
        elif directive == "!includedir":
            for name in listed(argument.strip(), place if staged is not None else None):
                yield from lines_of(os.path.join(argument.strip(), name), place, staged, (*inside, path))
        else:
            yield path, number, text
            continue
        # The file goes on in the section in which it was.
        yield path, number, group


def listed(folder, place):
    try:
        names = set(os.listdir(folder))
    except OSError:
        names = set()
    if place is not None and os.path.normpath(folder) == os.path.dirname(place):
        names.add(os.path.basename(place))
    return sorted(name for name in names if name.endswith(".cnf"))


def fallbacks(problems, rules):
    """What a start is told beside its files, so that it keeps what it must not lose: all of it where MariaDB refuses its files."""
    wrong = rules if any(rule is None for rule, _ in problems) else [rule for rule, _ in problems]
    return [f"--{dashed(rule['name'])}={rule['values'][0]}" for rule in wrong if rule.get("fallback", True)]


def main(arguments):
    staged, place = arguments[:2] if len(arguments) == 3 else (None, None)
    said = [text for _, text in judge(json.loads(arguments[-1]), staged, place)]
    print("\n".join(said), file=sys.stderr)
    return 1 if said else 0
