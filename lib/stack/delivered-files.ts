import * as fs from "node:fs";
import * as path from "node:path";
import type { DeliveredFile } from "../contracts/baked-bundle";
import { sha256 } from "../core/sha256";
import type { Seal } from "./seal";

/**
 * The files that Terraform delivers, in a folder beside `cdk.tf.json`. Each is named by its content, so that machines that get
 * the same share one; it is hashed and written once.
 */
export class DeliveredFiles {
  private readonly asked = new Map<() => string, () => DeliveredFile>();
  private readonly made = new Map<string, Map<string, DeliveredFile>>();

  /** @param folder name of the folder, relative to `cdk.tf.json` */
  constructor(
    private readonly seal: Seal,
    private readonly folder: string,
  ) {}

  /** @returns the file, rendered at the first call. The same `content` gives the same file. */
  add(name: string, content: () => string): () => DeliveredFile {
    const known = this.asked.get(content);
    if (known !== undefined) return known;
    const file = this.seal.rendered(() => this.file(name, content()));
    this.asked.set(content, file);
    return file;
  }

  /** @param place the folder that holds `cdk.tf.json` */
  write(place: string): void {
    const folder = path.join(place, this.folder);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    for (const file of new Set(Array.from(this.asked.values(), (rendered) => rendered()))) {
      fs.writeFileSync(path.join(folder, file.name), file.content());
    }
  }

  private file(name: string, text: string): DeliveredFile {
    const alike = this.made.get(name) ?? new Map<string, DeliveredFile>();
    this.made.set(name, alike);
    const known = alike.get(text);
    if (known !== undefined) return known;
    const hash = sha256(text);
    const unique = `${name}.${hash.slice(0, 12)}`;
    const file = { name: unique, hash, source: `\${path.module}/${this.folder}/${unique}`, content: () => text };
    alike.set(text, file);
    return file;
  }
}
