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
  const names = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0) return "the folder is empty.";
  const bytes = files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
  if (bytes > MAX_APP_BYTES) {
    return `its files have ${bytes} bytes, more than the ${MAX_APP_BYTES} that fit in a rollout. Put large files in a package.`;
  }
  return files.map((file) => ({ path: path.relative(folder, file), ...contentOf(fs.readFileSync(file)) }));
}

function contentOf(bytes: Buffer): Pick<AppFile, "content" | "encoding"> {
  const text = bytes.toString("utf8");
  // Text that holds a placeholder's opening must not be taken for one.
  const plain = Buffer.from(text, "utf8").equals(bytes) && !text.includes("{{beehive:");
  return plain ? { content: text } : { content: bytes.toString("base64"), encoding: "base64" };
}
