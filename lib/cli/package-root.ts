import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** The folder of this package, from the sources as well as from what they are compiled to. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return folder;
}

export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(packageRoot(), "package.json"), "utf8")) as { version: string };
  return version;
}
