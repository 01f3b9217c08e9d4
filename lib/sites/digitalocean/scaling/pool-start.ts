import { gzipSync } from "node:zlib";
import { Fn } from "../../../cdktf";
import { PROGRAM } from "../../../rollout/on-machine";
import type { BakedBundle } from "../../../contracts/baked-bundle";
import { excessBytes } from "../../shared/user-data";
import { DIGITALOCEAN } from "../digitalocean-words";

const BOUNDARY = "==beehive==";
const FOLDER = "/run/beehive/first-start";
const METADATA = "http://169.254.169.254/metadata/v1";
/** What facts may add; a network or an address is 20 bytes long. */
const FACTS_RESERVE = 1024;

/**
 * Text for the first start of a droplet that no rollout reaches: the site's own, then the whole application,
 * compressed. It holds no secret.
 */
export function startText(siteText: string, bundle: BakedBundle): string {
  const facts = bundle.facts();
  return text(siteText, bundle, facts === undefined ? undefined : Fn.base64encode(facts));
}

/** @returns by how many bytes the text is over DigitalOcean's limit, 0 when it fits */
export function startExcess(siteText: string, bundle: BakedBundle): number {
  const reserve = bundle.facts() === undefined ? undefined : "x".repeat(FACTS_RESERVE);
  return excessBytes(text(siteText, bundle, reserve), DIGITALOCEAN);
}

function text(siteText: string, bundle: BakedBundle, facts: string | undefined): string {
  const script = [
    "#!/bin/sh",
    "# Made by Beehive. A droplet that starts by itself becomes what it is to be; then the load balancer finds it healthy.",
    "set -eu",
    "umask 077",
    `mkdir -p ${FOLDER} ${PROGRAM.slice(0, PROGRAM.lastIndexOf("/"))}`,
    `cd ${FOLDER}`,
    file("program", bundle.program().content()),
    file("packages", bundle.packages().content()),
    file("bundle", bundle.bundle().content()),
    ...(facts === undefined ? [] : [`base64 -d > facts <<'END'\n${facts}\nEND`]),
    `install -m 0755 program ${PROGRAM}`,
    `ask() { python3 -c 'import sys, urllib.request as r; print(r.urlopen(sys.argv[1], timeout=20).read().decode().strip())' "${METADATA}/$1"; }`,
    "start() {",
    "    name=$(ask hostname) && address=$(ask interfaces/private/0/ipv4/address) &&",
    `        ${PROGRAM} prepare packages &&`,
    `        ${PROGRAM} apply --name "$name" --address "$address"${facts === undefined ? "" : " --facts facts"} bundle`,
    "}",
    "# Package sources and networks may be away for a moment.",
    "for attempt in 1 2 3 4 5; do",
    "    start && exit 0",
    "    sleep 15",
    "done",
    "exit 1",
    "",
  ].join("\n");
  // Scripts run after all of cloud-config.
  return [
    `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${BOUNDARY}"\n`,
    // cloud-init recognises the kind of a text by its first line.
    part("text/plain", "first-boot", siteText),
    part("text/x-shellscript", "zz-first-start", script),
    `--${BOUNDARY}--\n`,
  ].join("\n");
}

function part(type: string, name: string, content: string): string {
  const disposition = `Content-Disposition: attachment; filename="${name}"`;
  return `--${BOUNDARY}\nContent-Type: ${type}; charset="utf-8"\n${disposition}\n\n${content}`;
}

/** The same bytes on every system: a gzip file names the one that it was made on. */
function file(name: string, content: string): string {
  const packed = gzipSync(content, { level: 9 });
  packed[9] = 255;
  return `base64 -d <<'END' | gunzip > ${name}\n${packed.toString("base64")}\nEND`;
}
