import type { Probe } from "../software";

/** Python is on every machine, curl is not. Says why it fails: the operator reads it when a gate stays closed. */
const PROGRAM = `
import http.client, json, socket, sys
host, port, path, status, text, headers = [*sys.argv[1:], *["", "{}"][len(sys.argv) - 5 :]]
connection = http.client.HTTPConnection("localhost" if host.startswith("/") else host, int(port), timeout=3)
try:
    if host.startswith("/"):
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(3)
        connection.sock.connect(host)
    connection.request("GET", path, headers={"Connection": "close", "User-Agent": "beehive", **json.loads(headers)})
    answer = connection.getresponse()
    body = answer.read().decode("utf-8", "replace")
except (OSError, http.client.HTTPException) as problem:
    sys.exit(f"GET {path} at {host}:{port} gets no answer: {problem}")
if answer.status != int(status):
    sys.exit(f"GET {path} at {host}:{port} answers {answer.status}, wanted is {status}: {body[:500]}")
if text not in body:
    sys.exit(f"GET {path} at {host}:{port} answers without {text!r}: {body[:500]}")
`.trim();

/** A request, and the answer that it must get. */
export interface HttpProbe {
  /** What must hold, for the operator. */
  readonly description: string;
  /** Address, or path of a unix socket. */
  readonly host: string;
  /** TCP port. @default 80 */
  readonly port?: number;
  /** Path of the request. @default "/" */
  readonly path?: string;
  /** HTTP status of the answer. @default 200 */
  readonly status?: number;
  /** What the answer must contain. @default - anything */
  readonly text?: string;
  /** Headers of the request, beside the usual ones. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds until the rollout gives up. */
  readonly timeoutSeconds: number;
}

/** Waits for an answer over HTTP. */
export function httpProbe(probe: HttpProbe): Probe {
  const { host, port = 80, path = "/", status = 200, text, headers } = probe;
  const further = headers === undefined ? (text === undefined ? [] : [text]) : [text ?? "", JSON.stringify(headers)];
  const wanted = [host, String(port), path, String(status), ...further];
  return {
    description: probe.description,
    command: ["python3", "-c", PROGRAM, ...wanted],
    timeoutSeconds: probe.timeoutSeconds,
    intervalSeconds: 0.3,
  };
}
