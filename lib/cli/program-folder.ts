import * as fs from "node:fs";
import * as path from "node:path";

/**
 * The folder in which the program of a manifest runs, from the root of its repository: `infra/shop`. Lines of the program
 * (`main.ts:23`) are relative to it. Empty where there is no repository.
 *
 * @param directory taken when the manifest is in no program's folder.
 */
export function programFolder(manifest: string, directory: string): string {
  const program = above(path.dirname(manifest), "cdktf.json") ?? directory;
  const repository = above(program, ".git");
  return repository === undefined ? "" : path.relative(repository, program);
}

/** The nearest folder, from here upwards, with that entry. */
function above(folder: string, entry: string): string | undefined {
  if (fs.existsSync(path.join(folder, entry))) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : above(parent, entry);
}
