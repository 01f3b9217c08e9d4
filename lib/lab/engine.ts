import { output, run, type Argv, type CommandOptions, type CommandResult } from "./command";
import type { LabHost } from "./host";
import type { Labels } from "./labels";

export type ObjectKind = "container" | "network" | "volume";

/** A container, network or volume with its labels. */
export interface LabelledObject {
  readonly kind: ObjectKind;
  /** What the engine's commands call it. */
  readonly name: string;
  readonly labels: Labels;
  /** Containers only; paused ones are running. */
  readonly running: boolean;
}

export interface EngineNetwork {
  readonly name: string;
  readonly labels: Labels;
  readonly subnets: readonly string[];
}

/** Podman or Docker, through the command line that both share; what differs between them stays in this file. */
export class Engine {
  constructor(readonly host: LabHost) {}

  argv(...args: string[]): Argv {
    return [this.host.engine, ...this.host.globalArguments, ...args];
  }

  /** Rejects when the status is not 0. */
  output(args: readonly string[], options?: CommandOptions): Promise<string> {
    return output(this.argv(...args), options);
  }

  run(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
    return run(this.argv(...args), options);
  }

  /** Everything of one kind that carries the label, or the label with this value. */
  async labelled(kind: ObjectKind, label: string): Promise<LabelledObject[]> {
    const listing = {
      container: ["ps", "--all", "--no-trunc", "--quiet", "--filter", `label=${label}`],
      network: ["network", "ls", "--quiet", "--filter", `label=${label}`],
      volume: ["volume", "ls", "--quiet", "--filter", `label=${label}`],
    }[kind];
    return (await this.inspectAll(kind, listing)).map((object) => parseObject(kind, object));
  }

  async networks(): Promise<EngineNetwork[]> {
    return (await this.inspectAll("network", ["network", "ls", "--quiet"])).map(parseNetwork);
  }

  /** Ids of images, newest first. */
  async images(...labels: string[]): Promise<string[]> {
    // One question a label: podman 4.3 answers several filters with what fits any of them, docker with what fits all.
    const answers = await Promise.all(
      labels.map(async (label) =>
        words(await this.output(["images", "--no-trunc", "--quiet", "--filter", `label=${label}`])),
      ),
    );
    return answers.reduce((all, some) => all.filter((image) => some.includes(image)));
  }

  /** Failures are not reported: the removal counts what is left. */
  async remove(kind: ObjectKind, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const command = { container: ["rm", "--force", "--volumes"], network: ["network", "rm"], volume: ["volume", "rm"] };
    const atOnce = kind === "container" && this.host.engine === "podman" ? ["--time", "0"] : [];
    await this.run([...command[kind], ...atOnce, ...names], { timeout: 120 });
  }

  /** `inspect` fails as a whole when one object went away since the listing, so that it runs again. */
  private async inspectAll(kind: ObjectKind, listing: readonly string[]): Promise<unknown[]> {
    for (let attempt = 1; ; attempt++) {
      const names = [...new Set(words(await this.output(listing)))];
      if (names.length === 0) return [];
      const result = await this.run([kind, "inspect", ...names]);
      if (result.status === 0) return JSON.parse(result.stdout) as unknown[];
      if (attempt === 5) throw new Error(`${this.host.engine} ${kind} inspect failed: ${result.stderr.trim()}`);
    }
  }
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

/** Of `inspect`, in the spelling of either engine. */
interface Inspected {
  readonly Name?: string;
  readonly name?: string;
  readonly Labels?: Labels | null;
  readonly labels?: Labels | null;
  readonly Config?: { readonly Labels?: Labels | null };
  readonly State?: { readonly Status?: string };
  readonly subnets?: readonly { readonly subnet: string }[] | null;
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string }[] | null };
}

export function parseObject(kind: ObjectKind, inspected: unknown): LabelledObject {
  const object = inspected as Inspected;
  return {
    kind,
    // Docker puts a slash before the names of containers.
    name: (object.Name ?? object.name ?? "").replace(/^\//, ""),
    labels: object.Config?.Labels ?? object.Labels ?? object.labels ?? {},
    running: hasPower(object.State?.Status),
  };
}

/** A paused machine stands still, and has power. */
export const hasPower = (status: string | undefined): boolean => status === "running" || status === "paused";

export function parseNetwork(inspected: unknown): EngineNetwork {
  const object = inspected as Inspected;
  const podman = (object.subnets ?? []).map(({ subnet }) => subnet);
  const docker = (object.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined ? [] : [Subnet]));
  return {
    name: object.Name ?? object.name ?? "",
    labels: object.Labels ?? object.labels ?? {},
    subnets: [...podman, ...docker],
  };
}
