/**
 * Asks every HAProxy of a machine for its servers, wherever its socket is: `name,address,status` a line. Python, because
 * that is on every machine of a hive and socat is not.
 */
export const SHOW_SERVERS: readonly string[] = [
  "python3",
  "-c",
  `
import csv, glob, os, socket, stat
for path in glob.glob("/run/beehive*/**", recursive=True) + glob.glob("/run/haproxy*/**", recursive=True):
    try:
        if not stat.S_ISSOCK(os.stat(path).st_mode): continue
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(1)
            s.connect(path)
            s.sendall(b"show stat\\n")
            text = b"".join(iter(lambda: s.recv(65536), b"")).decode()
    except (OSError, UnicodeDecodeError): continue
    if not text.startswith("# pxname"): continue
    for row in csv.DictReader(text[2:].splitlines()):
        if row["svname"] not in ("FRONTEND", "BACKEND"): print(row["svname"], row.get("addr") or "", row["status"], sep=",")
`,
];

/** A server that the entrance should send visitors to. */
export interface ExpectedServer {
  readonly name: string;
  /** Address and port, as HAProxy writes them. */
  readonly address: string;
}

/**
 * Pure: what `SHOW_SERVERS` printed to what is missing, in words. Servers are distinguished by address and port, because a
 * machine that is shared by several tiers has the same name in all of them.
 */
export function missingServers(loadBalancer: string, printed: string, expected: readonly ExpectedServer[]): string[] {
  const servers = printed
    .split("\n")
    .filter((line) => line.includes(","))
    .map((line) => line.split(",") as [name: string, address: string, status: string]);
  if (servers.length === 0) return [`${loadBalancer}: its load balancer does not answer`];
  return expected.flatMap(({ name, address }) => {
    // Without rights for the addresses HAProxy leaves them out, and the name has to do.
    const [, , status] = servers.find(([n, a]) => (a === "" ? n === name : a === address)) ?? [
      name,
      address,
      "not known",
    ];
    return status === "UP" || status === "no check" ? [] : [`${loadBalancer}: ${name} is ${status}`];
  });
}
