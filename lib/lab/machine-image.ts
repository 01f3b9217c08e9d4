import { createHash } from "node:crypto";
import { pipe } from "./command";
import { aptAccess, SUITES, type AptAccess, type Suite } from "./apt-sources";
import type { Engine } from "./engine";
import { commandFailed, noBase, packagesUnknown, unknownSuite } from "./errors";
import { LABEL, labelArguments, type Labels } from "./labels";
import { BASE_PACKAGES, downloadRecipe, imageChanges, recipe, VENDOR_IMAGE } from "./machine-recipe";
import type { StepReporter } from "./reporter";

export interface ImageOptions {
  /** @default "trixie" */
  readonly suite?: Suite;
  /** Downloaded into the image, not installed: the rollout installs them for real, and does not wait for a mirror. */
  readonly packages: readonly string[];
  /** What the containers that build carry, so that an interrupted build is swept like a lab. */
  readonly labels: Labels;
  readonly report?: StepReporter;
  readonly signal?: AbortSignal;
}

/** Package lists of that age name versions that the mirror may have dropped. */
const BASE_MAX_AGE_SECONDS = 7 * 24 * 3600;

/** The image that machines boot from: reused when one of the same content is there, made otherwise. Returns its id. */
export async function ensureImage(engine: Engine, options: ImageOptions): Promise<string> {
  const { suite = "trixie", report, signal } = options;
  if (!SUITES.includes(suite)) throw unknownSuite(suite, SUITES);
  const apt = await aptAccess(suite);
  const base = await ensureBase(engine, suite, apt, options);
  const packages = [...new Set(options.packages)].sort();
  const hash = digest(["packages", base.hash, base.built, ...packages]);
  const [existing] = await engine.images(`${LABEL.imageHash}=${hash}`);
  if (existing !== undefined) return existing;

  report?.(`downloading ${packages.length} packages and what they need`);
  const image = await bake(engine, base.image, downloadRecipe(packages), {
    tag: `beehive-machine:${suite}-${hash}`,
    changes: imageChanges({ [LABEL.suite]: suite, [LABEL.imageHash]: hash, [LABEL.imageBuilt]: base.built }),
    labels: options.labels,
    refuse: (said) => {
      const unknown = /^cannot install:\s*(.+)$/m.exec(said)?.[1]?.split(" ");
      return unknown === undefined ? undefined : packagesUnknown(suite, unknown, aptErrors(said));
    },
    report,
    signal,
  });
  await dropOutdated(engine, suite);
  return image;
}

interface Base {
  readonly image: string;
  readonly hash: string;
  /** Seconds since 1970. */
  readonly built: string;
}

async function ensureBase(engine: Engine, suite: Suite, apt: AptAccess, options: ImageOptions): Promise<Base> {
  const script = recipe(apt);
  const hash = digest(["base", suite, script, ...BASE_PACKAGES]);
  for (const image of await engine.images(`${LABEL.imageHash}=${hash}`)) {
    const built = (await engine.output(["image", "inspect", "--format", builtFormat, image])).trim();
    if (nowSeconds() - Number(built) < BASE_MAX_AGE_SECONDS) return { image, hash, built };
  }
  const built = String(nowSeconds());
  const changes = imageChanges({ [LABEL.suite]: suite, [LABEL.imageHash]: hash, [LABEL.imageBuilt]: built });
  const tag = `beehive-base:${suite}-${hash}`;
  const { report, signal } = options;
  if (engine.host.mmdebstrap) {
    report?.(`building Debian ${suite} with mmdebstrap (about 30 s, once a week)`);
    await bootstrap(engine, suite, apt, script, ["import", ...changes, "-", tag], options);
    const image = (await engine.output(["image", "inspect", "--format", "{{.Id}}", tag])).trim();
    return { image, hash, built };
  }
  const vendor = VENDOR_IMAGE[suite];
  if ((await engine.run(["image", "inspect", vendor])).status !== 0) throw noBase(suite, vendor);
  report?.(`building Debian ${suite} from the image ${vendor}`);
  const image = await bake(engine, vendor, script, { tag, changes, labels: options.labels, report, signal });
  return { image, hash, built };
}

const builtFormat = `{{index .Config.Labels "${LABEL.imageBuilt}"}}`;

async function bootstrap(
  engine: Engine,
  suite: Suite,
  apt: AptAccess,
  script: string,
  importArguments: readonly string[],
  { report, signal }: ImageOptions,
): Promise<void> {
  const options = [
    "--mode=root",
    "--variant=minbase",
    `--include=${BASE_PACKAGES.join(",")}`,
    "--dpkgopt=force-unsafe-io",
    ...apt.options.map((line) => `--aptopt=${line}`),
    `--customize-hook=printf '%s' "$LAB_RECIPE" | chroot "$1" /bin/sh`,
  ];
  await pipe(["mmdebstrap", ...options, suite, "-", ...apt.sources], engine.argv(...importArguments), {
    env: { ...process.env, LAB_RECIPE: script },
    signal,
    onLine: (line) => {
      // Its other lines name temporary folders and choices that are of no use here.
      const step = /^I: ((?:downloading|extracting|installing|cleaning|creating) .*?)\.*$/.exec(line)?.[1];
      if (step !== undefined) report?.(`Debian ${suite}: ${step}`);
    },
  });
}

interface Bake {
  readonly tag: string;
  readonly changes: readonly string[];
  readonly labels: Labels;
  /** Turns what a failed script said into a better error. */
  readonly refuse?: (said: string) => Error | undefined;
  readonly report?: StepReporter;
  readonly signal?: AbortSignal;
}

/** Runs a script in a container of the image and keeps the result as an image. */
async function bake(engine: Engine, from: string, script: string, options: Bake): Promise<string> {
  const { tag, changes, labels, report, signal } = options;
  const name = `beehive-build-${digest([tag, String(process.pid)])}`;
  let fetched = 0;
  const create = ["--interactive", "--name", name, ...labelArguments(labels), ...engine.host.limitArguments];
  try {
    // The host's network: what reaches the mirror from the host reaches it from there, whatever the engine's own does.
    const result = await engine.run(["run", ...create, "--network", "host", from, "/bin/sh", "-s"], {
      input: script,
      signal,
      onLine: (line) => {
        // A package has name, architecture and version after its suite; an index has a size.
        if (!/^Get:\d+ \S+ \S+ \S+ \S+ \S+ \S+ \[/.test(line)) return;
        if (++fetched % 25 === 0) report?.(`${fetched} packages downloaded`);
      },
    });
    const said = result.stdout + result.stderr;
    if (result.status !== 0) throw options.refuse?.(said) ?? commandFailed(`building ${tag}`, result.status, said);
    // `run` labels the container, and `commit` takes its labels over: the image must not look like a part of a run.
    const cleared = imageChangesClearing(labels);
    report?.(`storing the image ${tag}`);
    return (await engine.output(["commit", ...cleared, ...changes, name, tag], { signal })).trim();
  } finally {
    await engine.remove("container", [name]);
  }
}

const imageChangesClearing = (labels: Labels): string[] =>
  Object.keys(labels).flatMap((key) => ["--change", `LABEL ${key}=`]);

/** Images that a newer base has replaced. One that a container still uses stays: its removal is refused. */
async function dropOutdated(engine: Engine, suite: Suite): Promise<void> {
  for (const image of await engine.images(`${LABEL.image}=image`, `${LABEL.suite}=${suite}`)) {
    const built = (await engine.run(["image", "inspect", "--format", builtFormat, image])).stdout.trim();
    if (nowSeconds() - Number(built) >= BASE_MAX_AGE_SECONDS) await engine.run(["rmi", image]);
  }
}

const aptErrors = (said: string): string =>
  said
    .split("\n")
    .filter((line) => /^(E:|W:|cannot)|Depends:|Conflicts:/.test(line.trim()))
    .join("\n");

const digest = (parts: readonly string[]): string =>
  createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 12);
const nowSeconds = (): number => Math.floor(Date.now() / 1000);
