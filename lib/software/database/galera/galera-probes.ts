import { PROBED_ADDRESS } from "../../../manifest/format";
import type { LeaderProbe, WholeProbe } from "../../../manifest/manifest";

/** The health agent of the machine itself, where no firewall stands between. */
const ASK = `
import json, sys, urllib.error, urllib.request
try:
    answer = urllib.request.urlopen(sys.argv[1], timeout=2)
except urllib.error.HTTPError as refusal:
    answer = refusal
except OSError:
    sys.exit("its database agent does not answer")
try:
    said = json.loads(answer.read())
    writer, size, synced = said.get("writer"), said.get("size") or 0, said.get("synced")
except (ValueError, AttributeError, OSError):
    sys.exit("its database agent answers something else than its status")
`;

const WHOLE = `${ASK}
problems = []
if size != int(sys.argv[2]):
    problems.append(f"it sees {size} of {sys.argv[2]} nodes")
if synced is not True:
    problems.append(f"it is not in sync ({said.get('state') or 'no state'})")
if not writer:
    problems.append("it knows no writer")
print(", ".join(problems) or "whole")
`;

const WRITER = `${ASK}
print(f"writer {writer}" if writer else "no writer")
`;

/** How drills ask a cluster of so many nodes. */
export function galeraProbes(nodes: number, agentPort: number): [WholeProbe, LeaderProbe] {
  const url = `http://${PROBED_ADDRESS}:${agentPort}/status`;
  return [
    {
      asks: "whole",
      command: ["python3", "-c", WHOLE, url, String(nodes)],
      expected: "whole",
      silent: "its database agent does not answer",
    },
    {
      asks: "leader",
      role: "writer",
      command: ["python3", "-c", WRITER, url],
      expected: "^writer (\\S+)$",
      says: "majority",
    },
  ];
}
