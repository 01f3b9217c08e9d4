import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { Command, Option } from "commander";
import { clean, formatProof, Lab, SUITES, type LabRun, type Suite } from "../lab";
import { KNOWN_HOSTS_VARIABLE } from "../manifest/format";
import { exitWith } from "./exit-with";
import { ExitCode } from "./exit-code";
import { findManifest, MANIFEST_OPTION } from "./find-manifest";
import { interruptible } from "./interruption";
import { labTable } from "./lab-table";
import { makeProgress } from "./progress";

interface UpFlags {
  readonly manifest?: string;
  readonly suite: Suite;
  readonly key?: string;
}

const manifestOption = () => new Option(...MANIFEST_OPTION);

/** `beehive lab`: the machines of a stack as local containers. */
export function labCommand(): Command {
  const lab = new Command("lab").description(
    "boot the machines of a stack as local containers, look at them, remove them",
  );
  lab
    .command("up")
    .description("boot every machine; they stay until beehive lab down")
    .addOption(manifestOption())
    .addOption(new Option("--suite <name>", "Debian release of the machines").choices(SUITES).default("trixie"))
    .option("--key <file>", "public key to let in; default: that of the site's private key, else of the SSH agent")
    .action(up);
  lab.command("status").description("show the labs on this host and their machines").action(status);
  lab
    .command("down")
    .description("remove a lab; without a name, that of the manifest's stack")
    .argument("[name]", "run or stack of the lab")
    .addOption(manifestOption())
    .action(down);
  lab
    .command("clean")
    .description("remove every lab that no living process owns, and the images that machines boot from")
    .option("--kept", "also labs that somebody keeps, on this host everybody's")
    .option("--keep-images", "do not remove the images; building them again takes a minute")
    .action(cleanAll);
  return lab;
}

async function up({ manifest: given, suite, key }: UpFlags): Promise<void> {
  const { manifest, file } = findManifest(given, process.cwd());
  const progress = makeProgress();
  const title = `boot ${manifest.machines.length} machines of ${manifest.stack} from ${path.relative(process.cwd(), file)}`;
  const lab = await interruptible((signal) =>
    progress.step(title, (detail) =>
      Lab.up(manifest, {
        suite,
        publicKey: key,
        keep: true,
        signal,
        reporter: { step: detail, machine: (name, text) => detail(`${name}: ${text}`) },
      }),
    ),
  );
  const knownHosts = process.env[KNOWN_HOSTS_VARIABLE] ?? "";
  if (knownHosts !== "") writeFileSync(knownHosts, await lab.knownHosts());
  console.log(labTable((await Lab.list()).filter(({ runId }) => runId === lab.runId)));
  console.log(
    knownHosts === ""
      ? `${KNOWN_HOSTS_VARIABLE} is not set: a deploy takes these machines for the real ones with other host keys, and refuses them. ` +
          `Set it to the name of a file, remove this lab, and begin again.`
      : `Their host keys are in ${knownHosts}, which ${KNOWN_HOSTS_VARIABLE} names.`,
  );
  console.log(`Next: cdktf deploy ${manifest.stack}. Remove the lab with: beehive lab down ${lab.runId}`);
}

async function status(): Promise<void> {
  say(await Lab.sweep(), "removed, because its owner died");
  const runs = await Lab.list();
  console.log(
    runs.length === 0 ? `no lab: ${formatProof({ containers: 0, networks: 0, volumes: 0 })}` : labTable(runs),
  );
}

async function down(name: string | undefined, { manifest: given }: { readonly manifest?: string }): Promise<void> {
  const wanted = name ?? findManifest(given, process.cwd()).manifest.stack;
  const runs = (await Lab.list()).filter(({ runId, stack }) => runId === wanted || stack === wanted);
  if (runs.length === 0) console.log(`there is no lab of ${wanted}`);
  const proof = { containers: 0, networks: 0, volumes: 0 };
  for (const { runId } of runs) {
    const left = await makeProgress().step(`remove the lab ${runId}`, async () => (await Lab.attach(runId)).down());
    proof.containers += left.containers;
    proof.networks += left.networks;
    proof.volumes += left.volumes;
  }
  console.log(formatProof(proof));
}

interface CleanFlags {
  readonly kept?: boolean;
  readonly keepImages?: boolean;
}

async function cleanAll({ kept = false, keepImages = false }: CleanFlags): Promise<void> {
  const { removed, stays, images, proof } = await makeProgress().step("remove labs that nobody owns", () =>
    clean({ images: !keepImages, kept }),
  );
  say(removed, "removed");
  if (images > 0) console.log(`${images} images removed`);
  say(stays, "stays, because its owner is at work or somebody keeps it (--kept removes those too)");
  console.log(formatProof(proof));
  if (proof.containers + proof.networks + proof.volumes > 0) exitWith(ExitCode.broken);
}

function say(runs: readonly LabRun[], what: string): void {
  for (const run of runs) {
    const { stack, runId, machines, owner, ownerAlive } = run;
    const by = ownerAlive ? ` (process ${owner.pid})` : "";
    console.log(`lab of ${stack}, run ${runId}, ${machines.length} machines: ${what}${by}`);
  }
}
