import * as fs from "node:fs";
import * as path from "node:path";
import { invalidProperty } from "../../core/errors";

/** A file of the user's application. */
export interface AppFile {
  /** Relative to the application's folder. */
  readonly path: string;
  /** Its content, in the encoding. */
  readonly content: string;
  /** `base64` for what is no text. @default "utf8" */
  readonly encoding?: "utf8" | "base64";
}

/** Application files travel in the rollout's bundle; what is larger belongs in a Debian package or an object store. */
export const MAX_APP_BYTES = 20 * 1024 * 1024;

/**
 * An application's folder, read once. What is wrong with it is refused by whoever asks for its files, because only a tier has
 * the construct path that a refusal begins with.
 */
export class AppFolder {
  private readonly content: readonly AppFile[] | string;

  constructor(private readonly folder: string) {
    this.content = read(folder);
  }

  /** @throws BeehiveError when the folder is missing, empty or too large */
  files(constructPath: string, property: string): readonly AppFile[] {
    if (typeof this.content === "string") {
      throw invalidProperty(constructPath, property, this.folder, this.content);
    }
    return this.content;
  }
}

/** @returns what is wrong with the folder, in words, when something is */
function read(folder: string): AppFile[] | string {
  if (typeof folder !== "string" || !fs.existsSync(folder) || !fs.statSync(folder).isDirectory()) {
    return "there is no such folder. Give the folder of the application's files.";
  }
  const found: string[] = [];
  const problem = walk(fs.realpathSync(folder), "", [], found);
  if (problem !== undefined) return problem;
  const files = found.sort();
  if (files.length === 0) return "the folder is empty.";
  const bytes = files.reduce((sum, file) => sum + fs.statSync(path.join(folder, file)).size, 0);
  if (bytes > MAX_APP_BYTES) {
    return `its files have ${bytes} bytes, more than the ${MAX_APP_BYTES} that fit in a rollout. Put large files in a package.`;
  }
  return files.map((file) => ({ path: file, ...contentOf(fs.readFileSync(path.join(folder, file))) }));
}

/** What version control and desktops leave behind: never part of an application. */
const LEFT_OUT = [".git", ".hg", ".svn", ".DS_Store", "Thumbs.db"];
/** What holds secrets, which a bundle would carry in clear. Examples of `.env` and what packages bring are none. */
const SECRET =
  /^(\.env(\.(?!example$|sample$|dist$|template$).*)?|\.netrc|\.pgpass|\.my\.cnf|id_(rsa|dsa|ecdsa|ed25519))$/;
const PACKAGES = /(^|\/)(node_modules|vendor)\//;

/**
 * Files below a folder, links followed.
 *
 * @param root real path of the application's folder
 * @param at relative to it
 * @param above real paths of the folders that lead here
 * @returns what is wrong, in words, when something is
 */
function walk(root: string, at: string, above: readonly string[], found: string[]): string | undefined {
  const here = fs.realpathSync(path.join(root, at));
  if (above.includes(here)) return `its link ${at} leads to a folder that it is in, without end. Take the link out.`;
  for (const name of fs.readdirSync(here).sort()) {
    const file = path.posix.join(at, name);
    if (LEFT_OUT.includes(name)) continue;
    if (SECRET.test(name) && !PACKAGES.test(file)) return holdsSecrets(file);
    const problem = linkProblem(root, file) ?? visit(root, file, [...above, here], found);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function visit(root: string, file: string, above: readonly string[], found: string[]): string | undefined {
  const full = path.join(root, file);
  const what = fs.statSync(full);
  if (what.isDirectory()) return walk(root, file, above, found);
  if (!what.isFile()) return `its ${file} is neither a file nor a folder. Take it out.`;
  try {
    fs.accessSync(full, fs.constants.R_OK);
  } catch {
    return `its file ${file} cannot be read. Change its permissions, or take it out.`;
  }
  found.push(file);
  return undefined;
}

const holdsSecrets = (file: string): string =>
  `its file ${file} holds secrets as a rule, and bundles are kept in clear. Take it out, and put its values into app.environment ` +
  `(secrets as sensitive Terraform variables); one without secrets gets another name.`;

/** Another computer knows only what is delivered to it. */
function linkProblem(root: string, file: string): string | undefined {
  const full = path.join(root, file);
  if (!fs.lstatSync(full).isSymbolicLink()) return undefined;
  const target = fs.readlinkSync(full);
  const leads = `its link ${file} leads to ${target}`;
  const fix = "Put what it leads to into the folder, or take the link out.";
  if (path.isAbsolute(target))
    return `${leads}, which is another place on the servers. Make it a relative link. ${fix}`;
  if (!fs.existsSync(full)) return `${leads}, which is not there. ${fix}`;
  const real = path.relative(root, fs.realpathSync(full));
  return real.startsWith("..") || path.isAbsolute(real) ? `${leads}, outside of the folder. ${fix}` : undefined;
}

function contentOf(bytes: Buffer): Pick<AppFile, "content" | "encoding"> {
  const text = bytes.toString("utf8");
  // Text that holds a placeholder's opening must not be taken for one.
  const plain = Buffer.from(text, "utf8").equals(bytes) && !text.includes("{{beehive:");
  return plain ? { content: text } : { content: bytes.toString("base64"), encoding: "base64" };
}
