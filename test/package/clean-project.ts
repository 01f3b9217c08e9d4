import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { scratch } from "../support/hive";

/** What the project's programs are tested with, at the versions that this was last true for. */
const TOOLS = {
  pnpm: "pnpm@12.21.0",
  yarn1: "yarn1@npm:yarn@1.22.22",
  yarn4: "yarn4@npm:@yarnpkg/cli-dist@4.18.1",
  typescript50: "typescript50@npm:typescript@5.0.4",
  typescript54: "typescript54@npm:typescript@5.4.5",
  typescript70: "typescript70@npm:typescript@7.0.2",
} as const;

export type Tool = keyof typeof TOOLS;

/** Tools of users that the project itself does not use, in a folder of their own. */
export class UserTools {
  private readonly folder = scratch();
  /** What package managers keep for other projects. */
  private readonly caches = scratch();

  constructor() {
    fs.writeFileSync(path.join(this.folder, "package.json"), "{}");
    run(this.folder, {}, "npm", "install", "--no-audit", "--no-fund", ...Object.values(TOOLS));
    for (const yarn of ["yarn1", "yarn4"]) {
      const script = `#!/bin/sh\nexec node ${path.join(this.folder, "node_modules", yarn, "bin/yarn.js")} "$@"\n`;
      fs.mkdirSync(path.join(this.folder, yarn));
      fs.writeFileSync(path.join(this.folder, yarn, "yarn"), script, { mode: 0o755 });
    }
  }

  path(tool: Tool, file: string): string {
    return path.join(this.folder, "node_modules", tool, file);
  }

  /** An environment in which the package manager is found first, and keeps nothing outside of the test. */
  environment(manager: "npm" | "pnpm" | "yarn1" | "yarn4"): NodeJS.ProcessEnv {
    const bin = manager.startsWith("yarn")
      ? path.join(this.folder, manager)
      : path.join(this.folder, "node_modules/.bin");
    return {
      PATH: `${bin}${path.delimiter}${process.env.PATH}`,
      XDG_DATA_HOME: this.caches,
      XDG_CACHE_HOME: this.caches,
      YARN_CACHE_FOLDER: path.join(this.caches, "yarn"),
      YARN_GLOBAL_FOLDER: path.join(this.caches, "berry"),
      YARN_ENABLE_TELEMETRY: "0",
    };
  }
}

/** An empty project, in which a user begins. */
export class CleanProject {
  readonly folder = scratch();

  constructor(private readonly environment: NodeJS.ProcessEnv = {}) {
    this.write("package.json", JSON.stringify({ name: "shop", version: "1.0.0", private: true }));
  }

  write(file: string, text: string): void {
    fs.mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    fs.writeFileSync(path.join(this.folder, file), text);
  }

  read(file: string): string {
    return fs.readFileSync(path.join(this.folder, file), "utf8");
  }

  /** @returns standard output @throws with all that the program said when it fails */
  run(program: string, ...args: string[]): string {
    return run(this.folder, this.environment, program, ...args);
  }

  /** Whether the program ends well, and all that it said. */
  attempt(program: string, ...args: string[]): { ok: boolean; said: string } {
    const env = { ...surroundings(), ...this.environment };
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: this.folder, env, encoding: "utf8" });
    return { ok: status === 0, said: `${stdout}${stderr}` };
  }
}

/** Packages that were downloaded before are not downloaded again. */
const surroundings = (): NodeJS.ProcessEnv => ({
  ...process.env,
  npm_config_prefer_offline: "true",
  CHECKPOINT_DISABLE: "1",
});

function run(cwd: string, environment: NodeJS.ProcessEnv, program: string, ...args: string[]): string {
  try {
    return execFileSync(program, args, {
      cwd,
      env: { ...surroundings(), ...environment },
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${[program, ...args].join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
