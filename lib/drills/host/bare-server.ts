import { type ChildProcess, spawn } from "node:child_process";
import { noBareServer } from "../errors";
import type { HttpTarget } from "../http-exchange";

/** Ends with its standard input, so that it never outlives the process that started it. */
const PROGRAM = `
const server = require("node:http").createServer((_, answer) => answer.end("ok"));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit()).resume();
`;

/**
 * An HTTP server that does nothing, on loopback, in a process of its own: what an exchange with it takes is what the host takes for
 * any exchange between two processes, whatever the hive does.
 */
export class BareServer {
  private constructor(
    private readonly process: ChildProcess,
    readonly target: HttpTarget,
  ) {}

  /** @throws DrillError when the host does not start it */
  static start(): Promise<BareServer> {
    const child = spawn(process.execPath, ["-e", PROGRAM], { stdio: ["pipe", "pipe", "ignore"] });
    return new Promise((resolve, reject) => {
      child.once("error", (error) => reject(noBareServer(error.message)));
      child.once("exit", (code, signal) => reject(noBareServer(`it ended with ${signal ?? code}`)));
      child.stdout.once("data", (line: Buffer) => {
        child.removeAllListeners("exit");
        const port = Number(line.toString());
        resolve(new BareServer(child, { address: "127.0.0.1", port }));
      });
    });
  }

  /** Resolves when the process has ended. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      if (this.process.exitCode !== null || this.process.signalCode !== null) return resolve();
      this.process.once("exit", () => resolve());
      this.process.stdin?.end();
      this.process.kill();
    });
  }
}
