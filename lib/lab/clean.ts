import { Engine } from "./engine";
import { probeHost } from "./host";
import { LABEL } from "./labels";
import { countRun, listRuns, removeRun, type LabRun, type Proof } from "./lab-run";

export interface Cleaning {
  readonly removed: readonly LabRun[];
  /** Labs of processes that still run, and kept ones. */
  readonly stays: readonly LabRun[];
  /** Number of removed images. */
  readonly images: number;
  /** What is left of labs on this host, without those that stay. */
  readonly proof: Proof;
}

export interface CleanOptions {
  /** Also the images that machines boot from, where nothing uses them. */
  readonly images: boolean;
  /** Also kept labs, other users' of this host included. */
  readonly kept: boolean;
}

/** Removes the labs that no living process owns. */
export async function clean(options: CleanOptions): Promise<Cleaning> {
  const engine = new Engine(await probeHost());
  const runs = await listRuns(engine);
  const goes = (run: LabRun) => !run.ownerAlive && (options.kept || !run.keep);
  const stays = runs.filter((run) => !goes(run));
  const removed = runs.filter(goes);
  for (const { runId } of removed) await removeRun(engine, runId);
  const images = options.images ? await removeImages(engine) : 0;
  const [all, ...living] = await Promise.all([countRun(engine), ...stays.map(({ runId }) => countRun(engine, runId))]);
  return { removed, stays, images, proof: living.reduce(subtract, all) };
}

const subtract = (from: Proof, other: Proof): Proof => ({
  containers: from.containers - other.containers,
  networks: from.networks - other.networks,
  volumes: from.volumes - other.volumes,
});

/** Engines refuse to remove an image that a container or another image needs; children go first, so it is tried twice. */
async function removeImages(engine: Engine): Promise<number> {
  const before = new Set(await engine.images(`${LABEL.image}=image`));
  for (let pass = 1; pass <= 2; pass++) {
    for (const image of new Set(await engine.images(`${LABEL.image}=image`))) {
      await engine.run(["rmi", ...(await tags(engine, image))]);
    }
  }
  return before.size - new Set(await engine.images(`${LABEL.image}=image`)).size;
}

/** Not by id: that fails for an image with two tags, and forcing it would take containers along. */
async function tags(engine: Engine, image: string): Promise<string[]> {
  const { status, stdout } = await engine.run(["image", "inspect", "--format", '{{join .RepoTags " "}}', image]);
  const names = stdout.trim();
  return status === 0 && names !== "" ? names.split(" ") : [image];
}
