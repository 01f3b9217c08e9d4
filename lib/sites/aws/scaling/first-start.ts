import * as fs from "node:fs";
import * as path from "node:path";
import { excessBytes } from "../../shared/user-data";
import { AWS } from "../aws-words";
import { userDataTooLong } from "./scaling-errors";

/** In its place Terraform puts what a server has to know, as JSON in base64. */
export const SETTINGS = "@SETTINGS@";

/** An object of a bucket. */
export interface StartObject {
  readonly key: string;
  readonly version: string;
  readonly sha256: string;
}

/** What a starting server needs to fetch its configuration: names, versions, hashes. No secret. */
export interface StartSettings {
  readonly region: string;
  /** Last part of host names of AWS's services. */
  readonly domain: string;
  /** The auto scaling group, and its hook that waits for the server. */
  readonly group: string;
  readonly hook: string;
  readonly bucket: string;
  readonly objects: Readonly<Record<"program" | "packages" | "bundle" | "facts", StartObject>>;
  readonly secret: { readonly arn: string; readonly version: string };
}

const BOUNDARY = "==beehive==";
const PROGRAM = path.join(__dirname, "first-start", "first-start.py");

/**
 * Text for the first start: the site's own, whatever it is (cloud-init looks at its first line), then the program that makes the
 * server what it is to be. It is the same as long as the library is.
 */
export function startText(siteText: string | undefined): string {
  const program = fs.readFileSync(PROGRAM, "utf8");
  const parts = [
    ...(siteText === undefined ? [] : [part("text/plain", "first-boot", siteText)]),
    // Scripts run in the order of their names, those of cloud-config as "runcmd".
    part("text/x-shellscript", "zz-first-start", program),
  ];
  const head = `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${BOUNDARY}"\n\n`;
  return `${head}${parts.join("")}--${BOUNDARY}--\n`;
}

function part(type: string, name: string, content: string): string {
  const disposition = `Content-Disposition: attachment; filename="${name}"`;
  const head = `--${BOUNDARY}\nContent-Type: ${type}; charset="utf-8"\n${disposition}\n\n`;
  return `${head}${content.endsWith("\n") ? content : `${content}\n`}`;
}

/** Longer than any that AWS gives: what only apply knows is counted at its longest. */
const LONGEST: StartSettings = {
  region: "x".repeat(16),
  domain: "x".repeat(16),
  group: "x".repeat(255),
  hook: "x".repeat(16),
  bucket: "x".repeat(63),
  objects: {
    program: longestObject(),
    packages: longestObject(),
    bundle: longestObject(),
    facts: longestObject(),
  },
  secret: { arn: "x".repeat(192), version: "x".repeat(64) },
};

function longestObject(): StartObject {
  return { key: "x".repeat(16), version: "x".repeat(64), sha256: "x".repeat(64) };
}

/** @throws BeehiveError */
export function checkStartText(constructPath: string, text: string): void {
  const settings = Buffer.from(JSON.stringify(LONGEST)).toString("base64");
  const excess = excessBytes(text.replace(SETTINGS, settings), AWS);
  if (excess > 0) throw userDataTooLong(constructPath, excess, AWS.userDataBytes);
}
