import * as fs from "node:fs";
import * as path from "node:path";
import { once } from "../core/once";

const FOLDER = path.join(__dirname, "machine");
const PACKAGE = "beehive_apply";
const MARK = "# @MODULES@";

/** Asks what on a machine is its owner's. */
const SURVEY = ["facts.py", "firewalls.py", "listeners.py", "neighbours.py", "survey.py"];

/**
 * The program that runs on every machine: a starter and its modules in one text, so that it is delivered, hashed and exchanged as
 * one, and no machine ever has some modules of one version and some of another.
 */
export const program = once(() => programOf(() => true));

/** The same for servers that start by themselves: they have no owner, and some get it in user data, where there is little room. */
export const bakedProgram = once(() => programOf((file) => !SURVEY.includes(file)));

function programOf(holds: (file: string) => boolean): string {
  const files = fs.readdirSync(path.join(FOLDER, PACKAGE)).filter((file) => file.endsWith(".py") && holds(file));
  return read("beehive-apply").replace(MARK, () => files.sort().map(embedded).join(""));
}

/** Line by line as in its file: what stands in a traceback, and what an operator reads on a machine. */
function embedded(file: string): string {
  const name = file === "__init__.py" ? PACKAGE : `${PACKAGE}.${path.basename(file, ".py")}`;
  const text = read(path.join(PACKAGE, file));
  if (text.includes("'''") || text.endsWith("\\")) throw new Error(`${file} cannot stand between ''' and '''`);
  return `\nMODULES["${name}"] = r'''${text}'''\n`;
}

function read(file: string): string {
  return fs.readFileSync(path.join(FOLDER, file), "utf8");
}
