import { main } from "../../../lib/cli/main";

export interface CommandRun {
  readonly code: number | string;
  /** What `console.log` and standard output got. */
  readonly out: string;
  readonly err: string;
}

/** Runs the command in a folder, in this process. */
export async function runBeehive(folder: string, args: readonly string[]): Promise<CommandRun> {
  const spies = {
    log: jest.spyOn(console, "log").mockImplementation(() => {}),
    err: jest.spyOn(console, "error").mockImplementation(() => {}),
    raw: jest.spyOn(process.stdout, "write").mockImplementation(() => true),
    usage: jest.spyOn(process.stderr, "write").mockImplementation(() => true),
    cwd: jest.spyOn(process, "cwd").mockReturnValue(folder),
  };
  const said = (spy: jest.SpyInstance) => spy.mock.calls.map(([text]) => String(text)).join("\n");
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await main(args);
    return {
      code: process.exitCode ?? 0,
      out: [said(spies.log), said(spies.raw)].filter((text) => text !== "").join("\n"),
      err: [said(spies.err), said(spies.usage)].filter((text) => text !== "").join("\n"),
    };
  } finally {
    Object.values(spies).forEach((spy) => spy.mockRestore());
    process.exitCode = before;
  }
}
