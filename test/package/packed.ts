import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { scratch } from "../support/hive";

export const REPOSITORY = path.resolve(__dirname, "../..");

/** Files of the repository that Git knows or would add, by their paths. */
export function repositoryFiles(): string[] {
  const list = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], { cwd: REPOSITORY, encoding: "utf8" });
  return list.split("\0").filter((file) => file !== "" && fs.existsSync(path.join(REPOSITORY, file)));
}

/** What a clone has after `npm ci`: no build. */
export function freshClone(): string {
  const clone = scratch();
  for (const file of repositoryFiles()) {
    fs.mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
    fs.copyFileSync(path.join(REPOSITORY, file), path.join(clone, file));
  }
  fs.symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(clone, "node_modules"), "dir");
  return clone;
}

export interface Packed {
  /** The package, as `npm publish` would upload it. */
  readonly tarball: string;
  /** Its files, by their paths. */
  readonly files: readonly string[];
}

/** `npm pack` in a folder. */
export function pack(folder: string): Packed {
  const said = execFileSync("npm", ["pack", "--json"], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [{ filename, files }] = JSON.parse(said) as [{ filename: string; files: { path: string }[] }];
  return { tarball: path.join(folder, filename), files: files.map((file) => file.path) };
}
