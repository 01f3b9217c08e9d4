import * as path from "node:path";
import { Command } from "commander";
import pc from "picocolors";
import { parallel } from "../core/parallel";
import { CommandError, ExitCode } from "./exit-code";
import { exitWith } from "./exit-with";
import { findManifest, MANIFEST_OPTION } from "./find-manifest";
import { hostAccess, type HostAccess } from "./host-access";
import type { Manifest } from "../manifest/manifest";
import { surveyHost, type HostSurvey } from "./host-survey";
import { hostsText } from "./hosts-text";
import { judgeTogether, type HostsVerdict } from "./hosts-together";
import { standardOutputOf, writeOutput } from "./write-output";

/** Hosts that are asked at the same time. */
const WIDTH = 8;

interface Flags {
  readonly manifest?: string;
  readonly json?: string;
}

/** `beehive check-hosts`: before the first deploy, without changing anything. */
export function checkHostsCommand(): Command {
  return new Command("check-hosts")
    .description("ask the hosts over SSH, changing nothing, what is in the way of a deploy")
    .option(...MANIFEST_OPTION)
    .option("--json <file>", "also write what was found to a file; - for standard output, without the text")
    .argument("[hosts...]", "names of hosts; default: all that tiers use")
    .action(async (names: readonly string[], flags: Flags) => {
      const alone = standardOutputOf({ json: flags.json });
      const { file, manifest } = findManifest(flags.manifest, process.cwd());
      const hosts = chosen(hostAccess(path.dirname(file)), names);
      const surveys = new Map<string, HostSurvey>();
      await parallel(hosts, WIDTH, async (host) => {
        surveys.set(host.name, await surveyHost(host, virtualAddresses(manifest, host.name)));
      });
      const verdict = judgeTogether(
        manifest,
        hosts.map(({ name }) => surveys.get(name)!),
      );
      if (alone === undefined) console.log(hostsText(verdict, { colours: pc.isColorSupported }));
      if (flags.json !== undefined) writeOutput("json", flags.json, `${JSON.stringify(verdict, undefined, 2)}\n`);
      exitWith(isFine(verdict) ? ExitCode.ok : ExitCode.broken);
    });
}

/** Which the machine is to hold, or another one of its tiers. */
function virtualAddresses({ tiers }: Manifest, machine: string): string[] {
  const endpoints = tiers.filter(({ machines }) => machines.includes(machine)).flatMap((tier) => tier.endpoints);
  return [...new Set(endpoints.flatMap(({ virtual, address }) => (virtual && address !== undefined ? [address] : [])))];
}

const isFine = ({ hosts, tiers }: HostsVerdict): boolean =>
  tiers.length === 0 && hosts.every(({ problems }) => problems.length === 0);

function chosen(hosts: readonly HostAccess[], names: readonly string[]): readonly HostAccess[] {
  const known = hosts.map(({ name }) => name);
  if (hosts.length === 0) {
    throw new CommandError(
      "the stack has no hosts that were there before it: machines that Terraform makes need no check. A stack that was " +
        "synthesized by an older version, or in the phase infrastructure, has to be synthesized again.",
      ExitCode.usage,
    );
  }
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new CommandError(
      `there is no host ${unknown.join(", ")} in the stack; its hosts are ${known.join(", ")}.`,
      ExitCode.usage,
    );
  }
  return names.length === 0 ? hosts : hosts.filter(({ name }) => names.includes(name));
}
