import { z } from "../core/zod";
import { BeehiveError } from "../core/errors";
import { once } from "../core/once";
import { checkProps } from "../core/props";
import { secretInClear } from "../core/secret-errors";
import { secretInFile } from "../core/secret-text";
import { didYouMean, list, quoted } from "../core/words";
import type { Machine } from "../contracts/site";
import { generalize } from "../rollout/rollout";
import { secretNames } from "../software/placeholders";
import type { Software } from "../software/software";
import { softwareSchema } from "./software-schema";

/** Where software and its secrets are given, for messages. */
interface Given {
  /** The property that holds the software: `software`. */
  readonly property: string;
  /** The call that takes both: `addSoftware(…, { secrets: … })`. */
  readonly call: (secrets: string) => string;
}

export const ADDED: Given = { property: "software", call: (secrets) => `addSoftware(…, { secrets: ${secrets} })` };
const OWN: Given = { property: "software", call: (secrets) => `rollOut({ software, secrets: ${secrets} })` };

const lists = once(() => z.array(softwareSchema()).meta({ words: "a list of Software", example: "[]" }));

/** @throws BeehiveError for what no machine takes, a file that stands in it twice and a secret that nobody gave */
export function checkSoftware(path: string, software: Software, secrets: readonly string[], given = ADDED): void {
  checkProps(path, softwareSchema(), software, given.property);
  checkContents(path, software, secrets, given);
}

/** What a tier's own `rollOut` brings, checked once for each text: machines that differ in nothing but themselves share one. */
export class OwnSoftware {
  private readonly known = new Set<readonly Software[] | string>();

  /** @param secrets names of those that `rollOut` was given */
  constructor(
    private readonly path: string,
    private readonly secrets: readonly string[],
  ) {}

  checked(machine: Machine, software: readonly Software[]): readonly Software[] {
    if (this.known.has(software)) return software;
    const text = textFor(machine, software);
    if (text === undefined || !this.known.has(text)) this.check(machine, software);
    if (text !== undefined) this.known.add(text);
    this.known.add(software);
    return software;
  }

  private check(machine: Machine, software: readonly Software[]): void {
    checkProps(this.path, lists(), software, OWN.property);
    refuseSameNames(this.path, "rollOut", software, machine);
    for (const one of software) checkContents(this.path, one, this.secrets, OWN);
  }
}

/** Undefined for what is no data, which the check refuses. */
function textFor(machine: Machine, software: readonly Software[]): string | undefined {
  try {
    return generalize(JSON.stringify(software), machine);
  } catch {
    return undefined;
  }
}

function checkContents(path: string, { name, files }: Software, secrets: readonly string[], given: Given): void {
  const paths = new Set<string>();
  for (const file of files) {
    if (paths.has(file.path)) throw fileTwice(path, name, file.path);
    paths.add(file.path);
    const bytes = file.encoding === "base64" ? Buffer.from(file.content, "base64").toString("latin1") : "";
    const clear = secretInFile(bytes);
    if (clear !== undefined) throw secretInClear(path, `${given.property}.files (${file.path} of ${name})`, clear);
    for (const secret of secretNames(file.content)) {
      if (!secrets.includes(secret)) throw unknownSecret(path, name, secret, secrets, given);
    }
  }
}

/** @param call that brought the software, for the message */
export function refuseSameNames(path: string, call: string, software: readonly Software[], machine: Machine): void {
  const names = software.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new BeehiveError(
    path,
    `${call} was given two that are named ${quoted(twice)} on machine ${machine.name}; a name is unique on a machine. ` +
      `Rename one of them, or make one of both with combine().`,
  );
}

function fileTwice(path: string, software: string, file: string): BeehiveError {
  return new BeehiveError(
    path,
    `software.files of ${quoted(software)} has ${quoted(file)} twice; a file has one content. Take one of them out.`,
  );
}

function unknownSecret(
  path: string,
  software: string,
  name: string,
  known: readonly string[],
  { call }: Given,
): BeehiveError {
  const meant = didYouMean(name, known, (word) => word);
  return new BeehiveError(
    path,
    `software ${quoted(software)} names the secret ${quoted(name)}; the secrets that it was given are ${list(known)}.${meant} ` +
      `Give it: ${call(`{ ${quoted(name)}: … }`)}.`,
  );
}
