import type { WholeProbe } from "../../manifest/manifest";
import { haproxyFolder } from "./haproxy";

/** Python, because that is on every machine of a hive and socat is not. */
const PROGRAM = `
import csv, socket, sys
path, backend, *wanted = sys.argv[1:]
try:
    with socket.socket(socket.AF_UNIX) as admin:
        admin.settimeout(2)
        admin.connect(path)
        admin.sendall(b"show stat\\n")
        text = b"".join(iter(lambda: admin.recv(65536), b"")).decode()
except (OSError, UnicodeDecodeError):
    sys.exit("its load balancer does not answer")
rows = csv.DictReader(text.removeprefix("# ").splitlines())
states = {row["svname"]: row["status"] for row in rows if row["pxname"] == backend}
missing = [f"{name} is {states.get(name, 'not known')}" for name in wanted if states.get(name) not in ("UP", "no check")]
print("\\n".join(missing) or "whole")
`;

/**
 * Whether an HAProxy sends visitors to all of its servers.
 *
 * @param backend section of the configuration
 * @param servers names of the servers in it
 */
export function rotationProbe(instance: string, backend: string, servers: readonly string[]): WholeProbe {
  return {
    asks: "whole",
    command: ["python3", "-c", PROGRAM, `${haproxyFolder(instance)}/admin.sock`, backend, ...servers],
    expected: "whole",
    silent: "its load balancer does not answer",
  };
}
