import { generatedBy } from "../placeholders";
import type { ManagedDirectory, ManagedFile } from "../software";

/** A file of the user's application, path relative to the application's folder. */
export interface AppFile {
  readonly path: string;
  readonly content: string;
  readonly encoding?: "utf8" | "base64";
}

/** Account that an application runs as. Debian takes 32 characters, so that an instance has at most 24. */
export function appAccount(instance: string): string {
  return `beehive-${instance}`;
}

/** Where an application's files are. */
export function appFolder(instance: string): string {
  return `/srv/beehive/${instance}`;
}

/** The only place where an application may write. */
export function appState(instance: string): string {
  return `/var/lib/beehive/${instance}/app`;
}

/** What daemons keep for the application (sessions, bodies of uploads): beside its state, because the folder above is root's alone. */
export function appService(instance: string, name: string): string {
  return `/var/lib/beehive/${instance}/${name}`;
}

export function environmentFolder(instance: string): string {
  return `/etc/beehive/environment/${instance}`;
}

/** The application's files, root's, so that an intruder can't change them. Scripts stay executable. */
export function appFiles(instance: string, files: readonly AppFile[]): ManagedFile[] {
  return files.map((file) => ({
    path: `${appFolder(instance)}/${file.path}`,
    content: file.content,
    encoding: file.encoding,
    mode: isProgram(file) ? "0755" : "0644",
  }));
}

/**
 * One file for each variable, its content the value and nothing else: no quoting that a password could break. Only root
 * and the application's account can read them.
 */
export function environmentFiles(
  instance: string,
  environment: Readonly<Record<string, string>>,
): { directories: ManagedDirectory[]; files: ManagedFile[] } {
  const account = appAccount(instance);
  const folder = environmentFolder(instance);
  return {
    directories: [{ path: folder, mode: "0750", group: account }],
    files: Object.entries(environment).map(([name, value]) => ({
      path: `${folder}/${name}`,
      content: value,
      mode: "0640",
      group: account,
    })),
  };
}

export interface Launcher {
  readonly instance: string;
  readonly constructPath: string;
  readonly path: string;
  /** Python that ends in `os.execvpe(program, arguments, environment)` or the like; `environment` is a dictionary. */
  readonly body: string;
}

/** A program that reads the environment's files and becomes the application. */
export function launcher({ instance, constructPath, path, body }: Launcher): ManagedFile {
  const content = `#!/usr/bin/python3
${generatedBy("#", constructPath)}import glob
import os
import re
import sys

folder = "${environmentFolder(instance)}"
environment = dict(os.environ)
for name in os.listdir(folder):
    # Dots: files that are being replaced.
    if "." not in name:
        with open(os.path.join(folder, name), "rb") as file:
            environment[name] = os.fsdecode(file.read())
${body}`;
  return { path, content, mode: "0755" };
}

function isProgram(file: AppFile): boolean {
  const start =
    file.encoding === "base64"
      ? Buffer.from(file.content.slice(0, 8), "base64")
      : Buffer.from(file.content.slice(0, 4));
  return start.subarray(0, 2).toString("latin1") === "#!" || start.subarray(0, 4).toString("latin1") === "\x7fELF";
}
