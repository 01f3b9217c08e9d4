"""One tier's bundle: validated, written, activated, gated, and put back when anything of that fails."""

from . import report, system
from .accounts import make_account
from .files import WantedFile, validate
from .folders import make_directory
from .journal import Journal
from .ownership import host_of
from .packages import install_packages, silence
from .report import Refused, reason, tail
from .services import activate, stop, wait_for
from .takeover import give_back, take


def apply(bundle, secrets):
    software = bundle["software"]
    services = [service for part in software for service in part["services"]]
    quiet = [unit for part in software for unit in part.get("unusedUnits", [])]
    units = quiet + [service["unit"] for service in services]
    taking = make_room(bundle, units)
    install_packages([p for part in software for p in part["packages"]], units)
    silence(quiet, taking)
    for part in software:
        for account in part.get("accounts", []):
            make_account(account)
        for directory in part.get("directories", []):
            make_directory(directory)

    journal = Journal(bundle["group"])
    files = [WantedFile(spec, secrets) for part in software for spec in part["files"]]
    changed = [wanted for wanted in files if wanted.differs()]
    kept = {wanted.path for wanted in files}
    # What a rollout that was cut off has brought belongs to neither release.
    brought = [] if journal.pending is None else journal.pending["files"]
    removed = [path for path in dict.fromkeys([*journal.state["files"], *brought]) if path not in kept]
    gone = [s for s in journal.state["services"] if s["unit"] not in {service["unit"] for service in services}]
    validate(changed)

    first = not journal.state["services"]
    touched = [wanted.path for wanted in changed] + removed
    interrupted = journal.pending is not None
    if interrupted:
        report.say("completing a rollout that was cut off")
    done = []
    fresh = set()
    try:
        taken = take(bundle["group"], taking, units)
        if taking:
            refuse_closed(taking)
        if touched or gone:
            journal.begin(changed, removed, services)
        changed_paths = list(journal.pending["files"]) if journal.pending else []
        for service in reversed(gone):
            stop(service)
        journal.exchange(changed, removed)
        if changed_paths:
            for part in software:
                for check in part.get("checks", []):
                    status, output = system.run(check["command"])
                    if status != 0:
                        raise Refused(f"{check['description']}: no:\n{tail(output)}")
            system.run(["systemctl", "daemon-reload"])
        for part in software:
            for service in part["services"]:
                # A unit may be listed twice, once for what needs a restart and once for what a reload will do.
                action = None if service["unit"] in fresh else activate(service, changed_paths)
                if action:
                    done.append(f"{service['unit']} {action}")
                if action in ("started", "restarted"):
                    fresh.add(service["unit"])
            for probe in part["gate"]:
                wait_for(probe)
        journal.commit(
            {
                "files": sorted(kept),
                "services": services,
                "tier": bundle["tier"],
                "machine": bundle["machine"],
                "taken": taken,
                "ports": [port for part in software for port in part["ports"]],
            }
        )
    except Exception as problem:
        # A full disk, a name that is too long, a defect of this program: whatever it is, the machine has one of two releases.
        try:
            outcome = put_back(journal, first, services)
            trouble = give_back(bundle["group"], journal.state.get("taken", []))
            outcome = "\n".join([outcome, *trouble])
        except Exception as trouble:
            outcome = f"The previous files are not all back ({reason(trouble)}). Mend that and deploy again: the next run begins with it."
        raise Refused(f"{reason(problem)}\n{outcome}") from problem
    what = [f"{len(touched)} file{'' if len(touched) == 1 else 's'} changed"] if touched else []
    report.say(f"ok: {', '.join(what + done) or 'nothing to change'}, gate passed, {report.elapsed()}")


def make_room(bundle, units):
    """Refuses what is in the tier's way, and returns the owner's units that the program lets Beehive stop."""
    host, software = host_of(bundle["tier"]), bundle["software"]
    if host is None:
        return []
    # Servers that start by themselves have no owner and come without it.
    from .survey import refuse, survey

    ports = [port for part in software for port in part["ports"]]
    folders = [folder for part in software for folder in part.get("dataFolders", [])]
    problems, taking = survey({"units": units, "ports": ports, "folders": folders}, host, bundle["group"])
    refuse(problems)
    return taking


def refuse_closed(taken):
    """A firewall whose unit is gone and whose rules are still there."""
    from .survey import closed_firewalls, refuse
    from .takeover import FIREWALLS

    if any(unit in FIREWALLS for unit in taken):
        refuse(closed_firewalls())


def put_back(journal, first, services):
    """Restores the last good state. Returns what the operator should know."""
    if journal.pending is None:
        return "No file was changed."
    journal.restore()
    system.run(["systemctl", "daemon-reload"])
    if first:
        for service in reversed(services):
            stop(service)
        journal.forget()
        return "This was the first rollout here: its files are removed and its services stopped. Correct the program and deploy again."
    trouble = []
    paths = list(journal.pending["files"])
    before = {service["unit"] for service in journal.state["services"]}
    for service in reversed(services):
        if service["unit"] not in before:
            stop(service)
    for service in journal.state["services"]:
        try:
            activate(service, paths)
        except Refused as problem:
            trouble.append(str(problem))
    journal.forget()
    if trouble:
        return "The previous files are restored, but not every service came back:\n" + "\n".join(trouble)
    return "The previous configuration is restored and serving. Correct the program and deploy again."
