import * as fs from "node:fs";
import * as path from "node:path";
import { invalidProperty } from "../../core/errors";
import { contentProblem, isLeftOut, isOfPackage, nameProblem } from "./app-file-kinds";

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

/** What the program says of files that are not what they seem, by their paths in the folder. */
export interface AppChoices {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Something wrong with a property of the application. */
interface Problem {
  /** `source`. */
  readonly property: string;
  readonly value: string;
  readonly problem: string;
}

/**
 * An application's folder, read once. What is wrong with it is refused by whoever asks for its files, because only a tier has
 * the construct path that a refusal begins with.
 */
export class AppFolder {
  private readonly content: readonly AppFile[] | Problem;

  constructor(folder: string, choices: AppChoices = { include: [], exclude: [] }) {
    const content = new FolderReader(folder, choices).read();
    this.content = typeof content === "string" ? { property: "source", value: folder, problem: content } : content;
  }

  /** @param property that holds the application: `app`. @throws BeehiveError when the folder is missing, empty or too large */
  files(constructPath: string, property: string): readonly AppFile[] {
    if ("problem" in this.content) {
      const { property: own, value, problem } = this.content;
      throw invalidProperty(constructPath, `${property}.${own}`, value, problem);
    }
    return this.content;
  }
}

/** A file that nobody has said to be meant. */
interface Doubt {
  readonly file: string;
  readonly why: string;
}

/** So many are named; the first ones say what the others are. */
const NAMED = 5;

class FolderReader {
  private readonly found = new Map<string, fs.Stats>();
  private readonly doubts: Doubt[] = [];
  private readonly used = new Set<string>();

  constructor(
    private readonly folder: string,
    private readonly choices: AppChoices,
  ) {}

  /** @returns what is wrong with the folder, in words, when something is */
  read(): AppFile[] | Problem | string {
    const { folder } = this;
    if (typeof folder !== "string" || !fs.existsSync(folder) || !fs.statSync(folder).isDirectory()) {
      return "there is no such folder. Give the folder of the application's files.";
    }
    const problem = this.walk(fs.realpathSync(folder), "", []);
    if (problem !== undefined) return problem;
    const files = [...this.found.keys()].sort();
    if (files.length === 0 && this.doubts.length === 0) return "the folder is empty.";
    const bytes = [...this.found.values()].reduce((sum, { size }) => sum + size, 0);
    if (bytes > MAX_APP_BYTES) {
      return `its files have ${bytes} bytes, more than the ${MAX_APP_BYTES} that fit in a rollout. Put large files in a package.`;
    }
    const contents = files.map((file) => ({ path: file, content: fs.readFileSync(path.join(folder, file)) }));
    for (const file of contents) {
      const why = this.isMeant(file.path) ? undefined : contentProblem(file);
      if (why !== undefined) this.doubts.push({ file: file.path, why });
    }
    this.doubtUnreadable(files);
    if (this.doubts.length > 0) return doubted(this.doubts);
    return this.unusedChoice() ?? contents.map(({ path: file, content }) => ({ path: file, ...contentOf(content) }));
  }

  /**
   * Files below a folder, links followed.
   *
   * @param root real path of the application's folder
   * @param at relative to it
   * @param above real paths of the folders that lead here
   * @returns what is wrong, in words, when something is
   */
  private walk(root: string, at: string, above: readonly string[]): string | undefined {
    const here = fs.realpathSync(path.join(root, at));
    if (above.includes(here)) return `its link ${at} leads to a folder that it is in, without end. Take the link out.`;
    for (const name of fs.readdirSync(here).sort()) {
      const file = path.posix.join(at, name);
      if (this.isExcluded(file)) continue;
      if (!this.isMeant(file)) {
        // A folder in which something is meant is gone through for it.
        const leadsToMeant = this.choices.include.some((one) => one.startsWith(`${file}/`));
        if (isLeftOut(file) && !leadsToMeant) continue;
        const why = leadsToMeant ? undefined : nameProblem(file, isFolder(path.join(here, name)));
        if (why !== undefined) {
          this.doubts.push({ file, why });
          continue;
        }
      }
      const problem = linkProblem(root, file) ?? this.visit(root, file, [...above, here]);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  private visit(root: string, file: string, above: readonly string[]): string | undefined {
    const full = path.join(root, file);
    const what = fs.statSync(full);
    if (what.isDirectory()) return this.walk(root, file, above);
    if (!what.isFile()) return `its ${file} is neither a file nor a folder. Take it out.`;
    try {
      fs.accessSync(full, fs.constants.R_OK);
    } catch {
      return `its file ${file} cannot be read. Change its permissions, or take it out.`;
    }
    this.found.set(file, what);
    return undefined;
  }

  /** Whoever keeps one file from others means it; whoever keeps all of them has a umask. */
  private doubtUnreadable(files: readonly string[]): void {
    const isPrivate = (file: string) => (this.found.get(file)!.mode & 0o004) === 0;
    const kept = files.filter((file) => !isOfPackage(file) && isPrivate(file));
    if (kept.length === files.length) return;
    for (const file of kept) {
      if (!this.isMeant(file) && !this.doubts.some((doubt) => doubt.file === file))
        this.doubts.push({ file, why: "is kept from other accounts of this computer" });
    }
  }

  private isMeant(file: string): boolean {
    return this.isChosen("include", file);
  }

  private isExcluded(file: string): boolean {
    return this.isChosen("exclude", file);
  }

  /** Whether a path, or a folder that it is in, is named. */
  private isChosen(choice: keyof AppChoices, file: string): boolean {
    const named = this.choices[choice].filter((one) => file === one || file.startsWith(`${one}/`));
    for (const one of named) this.used.add(`${choice} ${one}`);
    return named.length > 0;
  }

  /** What names nothing is a misspelling, and what it should have named is delivered. */
  private unusedChoice(): Problem | undefined {
    for (const choice of ["include", "exclude"] as const) {
      const i = this.choices[choice].findIndex((one) => !this.used.has(`${choice} ${one}`));
      if (i === -1) continue;
      const problem = `source has no such file or folder. Write its path in source, without "./" and without a slash at its end.`;
      return { property: `${choice}.${i}`, value: this.choices[choice][i]!, problem };
    }
    return undefined;
  }
}

/** Whatever cannot be looked at is told of later. */
const isFolder = (file: string): boolean => fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;

function doubted(doubts: readonly Doubt[]): string {
  const named = doubts.slice(0, NAMED);
  const more = doubts.length - named.length;
  const files = `${named.map(({ file, why }) => `its ${file} ${why}`).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
  const names = named.map(({ file }) => JSON.stringify(file)).join(", ");
  return (
    `${files}; bundles are kept in clear, and servers may hand out what is in them. Take it out, or leave it out by ` +
    `app.exclude: [${names}]; secrets belong into app.environment, as sensitive Terraform variables. What is meant to be delivered ` +
    `is named in app.include.`
  );
}

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
