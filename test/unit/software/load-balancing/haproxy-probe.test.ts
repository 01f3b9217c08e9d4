import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { missingBy } from "../../../../lib/drills/probe";
import { rotationProbe } from "../../../../lib/software/load-balancing/haproxy-probe";

const run = promisify(execFile);
const PROBE = rotationProbe("shop-entrance", "servers", ["web-1", "web-2"]);

/** As HAProxy writes it, with the columns that matter here. */
const stat = (rows: string[]) => `# pxname,svname,status,\n${rows.map((row) => `${row},\n`).join("")}\n`;

/** What the probe says of an HAProxy that answers with this on its own socket. */
async function asked(answer: string | undefined): Promise<string[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-haproxy-"));
  const socket = path.join(folder, "admin.sock");
  const commands: string[] = [];
  const server = net.createServer((connection) => {
    connection.on("data", (bytes) => {
      commands.push(bytes.toString());
      connection.end(answer ?? "");
    });
  });
  if (answer !== undefined) await new Promise<void>((resolve) => server.listen(socket, resolve));
  const [program, ...args] = PROBE.command.map((word) => (word.endsWith("/admin.sock") ? socket : word));
  try {
    const result = await run(program!, args).then(
      ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({ ...error, status: error.code }),
    );
    if (answer !== undefined) expect(commands).toEqual(["show stat\n"]);
    return missingBy(PROBE, result);
  } finally {
    server.close();
    fs.rmSync(folder, { recursive: true });
  }
}

test("an HAProxy is asked on the socket of its own instance", () => {
  expect(PROBE.command).toContain("/run/beehive-haproxy-shop-entrance/admin.sock");
});

test("a rotation is whole when all servers are UP", async () => {
  const rows = ["visitors,FRONTEND,OPEN", "servers,web-1,UP", "servers,web-2,no check", "servers,BACKEND,UP"];
  expect(await asked(stat(rows))).toEqual([]);
});

test.each(["DOWN", "UP 1/2", "DOWN 1/2", "MAINT", "DRAIN"])("a rotation lacks a server that is %s", async (state) => {
  expect(await asked(stat(["servers,web-1,UP", `servers,web-2,${state}`]))).toEqual([`web-2 is ${state}`]);
});

test("a rotation lacks a server that HAProxy does not know, or knows in another backend only", async () => {
  expect(await asked(stat(["writer,web-1,UP", "servers,web-2,UP"]))).toEqual(["web-1 is not known"]);
});

test("a load balancer that is not there does not answer", async () => {
  expect(await asked(undefined)).toEqual(["its load balancer does not answer"]);
});
