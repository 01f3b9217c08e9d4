import * as fs from "node:fs";
import * as path from "node:path";
import { Construct, type IConstruct } from "constructs";
import { addCustomSynthesis, App, TerraformResource, TerraformStack, type ISynthesisSession } from "../cdktf";
import { DeliveredFiles } from "./delivered-files";
import { Facts, type DeliveredFacts } from "./facts";
import { Collection, Seal } from "./seal";
import { softwareConflicts, unmanagedWatches, type Delivery } from "./software-conflicts";
import { MANIFEST_FILE, MANIFEST_VERSION } from "../manifest/format";
import type { Manifest, ManifestNode, ManifestPromise, ManifestTier, TierStructure } from "../manifest/manifest";
import { BeehiveError } from "../core/errors";
import { sha256 } from "../core/sha256";
import type { ISite, Machine } from "../contracts/site";
import type { Port } from "../software/software";
import {
  machineNameTaken,
  portConflict,
  unknownCarried,
  unknownName,
  unknownSubject,
  type PortClash,
  type PortUse,
} from "./stack-errors";
import type { DeliveredFile } from "../contracts/baked-bundle";
import { stackOf } from "./construct-path";

/** A tier, as the hive sees it. */
export interface HiveMember {
  /** Construct path: `shop/db`. */
  readonly path: string;
  readonly site: ISite;
  toManifest(): ManifestTier;
  structure(): TierStructure;
  /** What its engine adds to the structure: a managed service, servers that come and go. */
  structureNodes(): Readonly<Record<string, ManifestNode>>;
}

/** What the library cannot see, told by the program. */
export interface HiveDependency {
  /** Its name in the structure. */
  readonly name: string;
  readonly node: ManifestNode;
  /** Paths of the tiers that need it. */
  readonly neededBy: readonly string[];
  /** Names of the machines that go down with it. */
  readonly carries: readonly string[];
}

const ID = "beehive";

/**
 * Everything that Beehive makes in one stack. There is one for each stack, made when it is first needed; it writes the
 * manifest and the files that rollouts deliver, and sees what no tier can see alone: two daemons on one port.
 */
export class Hive extends Construct {
  static of(scope: IConstruct): Hive {
    const stack = stackOf(scope, scope.node.path || "Hive.of");
    return (stack.node.tryFindChild(ID) as Hive | undefined) ?? new Hive(stack, ID);
  }

  private readonly tiers: HiveMember[] = [];
  private readonly machines = new Map<string, Machine>();
  private readonly seal = new Seal();
  private readonly files = new DeliveredFiles(this.seal, ID);
  private readonly claims = new Map<string, string>();
  private readonly facts = new Facts(TerraformStack.of(this));
  private readonly dependencies: HiveDependency[] = [];
  private readonly promises: ManifestPromise[] = [];
  private readonly acknowledgements: { finding: string; reason: string }[] = [];
  private readonly sources: Record<string, string> = {};
  private readonly deliveries: Delivery[] = [];
  private readonly listeners: { machine: string; tier: string; ports: () => readonly Port[] }[] = [];

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.node.addValidation({ validate: () => this.findPortConflicts() });
    this.node.addValidation({ validate: () => softwareConflicts(this.deliveries) });
    this.node.addValidation({ validate: () => unmanagedWatches(this.deliveries) });
    this.node.addValidation({ validate: () => this.findWrongDescriptions() });
    this.node.addValidation({ validate: () => this.findUnknownSubjects() });
    addCustomSynthesis(this, { onSynthesize: (session) => this.write(session) });
  }

  /** @returns what `make` returns, computed at the first call, which seals the stack: from then on changes are refused. */
  rendered<T>(make: () => T): () => T {
    return this.seal.rendered(make);
  }

  /** @returns what `make` returns: at each call while the stack is open, and what it said first once the stack is sealed. */
  settled<T>(make: () => T): () => T {
    return this.seal.settled(make);
  }

  /**
   * To be called before anything that software is rendered from changes; a `collection` calls it itself.
   *
   * @param path construct whose change it is
   * @param change what comes, for messages: `tier`
   * @throws BeehiveError when the stack is sealed
   */
  refuseLate(path: string, change: string): void {
    this.seal.refuseLate(path, change);
  }

  /**
   * What a construct gathers and its software is rendered from; refuses what comes after the stack is sealed.
   *
   * @param noun what it gathers, for messages: `client`
   */
  collection<K, V>(path: string, noun: string): Collection<K, V> {
    return new Collection(this.seal, path, noun);
  }

  addTier(tier: HiveMember): void {
    this.refuseLate(tier.path, "the tier");
    this.tiers.push(tier);
  }

  addMachine(machine: Machine): void {
    this.refuseLate(`${machine.site.node.path}/${machine.name}`, "the machine");
    const other = this.machines.get(machine.name);
    if (other !== undefined && other !== machine) {
      throw machineNameTaken(`${machine.site.node.path}/${machine.name}`, machine.name, other.site.node.path);
    }
    this.machines.set(machine.name, machine);
  }

  /**
   * Makes a value that Terraform knows only when it applies known to software. It is no secret: it reaches the machines
   * whose software names it, and they are rolled out again when it changes.
   *
   * @param expression of Terraform, of a text: `aws_instance.privateIp`
   * @param owner construct path, for messages
   * @returns what stands for it in software
   */
  addFact(name: string, expression: string, owner: string): string {
    return this.facts.add(name, expression, owner);
  }

  /** Facts by their names, as an expression of their JSON; undefined when there are none. */
  factsJson(names: readonly string[]): string | undefined {
    return this.facts.json(names);
  }

  /** Facts by their names, as texts that need no more resolving; to be asked while cdktf writes the stack's resources. */
  deliverFacts(names: readonly string[]): DeliveredFacts | undefined {
    return this.facts.deliver(names);
  }

  /** An expression as it will stand in `cdk.tf.json`; to be asked while cdktf writes the stack's resources. */
  written(expression: string): string {
    return this.facts.written(expression);
  }

  /** Expressions of all facts, for what has to know which stacks they come from. */
  get factExpressions(): readonly string[] {
    return this.facts.expressions;
  }

  /** A text of software as Terraform may know it: its facts as expressions. */
  withExpressions(text: string): string {
    return this.facts.fill(text);
  }

  declareDependency(dependency: HiveDependency): void {
    this.refuseLate(dependency.name, "the dependency");
    this.dependencies.push(dependency);
  }

  get promised(): readonly ManifestPromise[] {
    return this.promises;
  }

  /** Refusals of names that no tier's machine has; to be asked when all tiers are made. */
  unknownMachines(constructPath: string, names: readonly string[]): string[] {
    const unknown = names.filter((name) => !this.machines.has(name));
    return unknown.length === 0 ? [] : [unknownCarried(constructPath, unknown, [...this.machines.keys()]).message];
  }

  addPromise(promise: ManifestPromise): void {
    this.refuseLate(promise.path, "the promise");
    this.promises.push(promise);
  }

  acknowledge(finding: string, reason: string): void {
    this.refuseLate(TerraformStack.of(this).node.path, `the acknowledgement of ${finding}`);
    this.acknowledgements.push({ finding, reason });
  }

  /** What tiers say of themselves and cannot be; first what each can see alone, then the names of others. */
  private findWrongDescriptions(): string[] {
    const wrong = this.tiers.flatMap((tier) => refusalOf(() => [tier.toManifest(), tier.structure()]));
    if (wrong.length > 0) return wrong;
    const { nodes, tiers } = this.structure([
      ...new Set([...this.machines.values(), ...this.tiers].map(({ site }) => site)),
    ]);
    const paths = Object.keys(tiers);
    return this.tiers.flatMap((tier) => {
      const { needs, recovery } = tiers[tier.path]!;
      const needed = needs.flatMap((need) => (typeof need === "string" ? [need] : need.any));
      const others = recovery.flatMap(({ of = tier.path }) => of);
      const voters = Object.keys(tier.toManifest().votes?.members ?? {});
      return [
        ...strangers(tier, "needs", needed, [...Object.keys(nodes), ...paths]),
        ...strangers(tier, "losses.recovery", others, paths),
        ...strangers(tier, "votes.members", voters, [...this.machines.keys()]),
      ];
    });
  }

  /** Acknowledgements of things that the stack does not have: they would accept nothing, in silence. */
  private findUnknownSubjects(): string[] {
    if (this.acknowledgements.length === 0) return [];
    const { structure } = this.manifest();
    const known = [...Object.keys(structure.nodes), ...Object.keys(structure.tiers)];
    const isKnown = (subject: string) =>
      // Rules about settings name a tier's property: `shop/entrance.serverTimeout`.
      known.includes(subject) || Object.keys(structure.tiers).some((tier) => subject.startsWith(`${tier}.`));
    return this.acknowledgements.flatMap(({ finding }) => {
      const subject = finding.slice(finding.indexOf(":") + 1);
      // A finding about an acknowledgement has that for its subject.
      if (/^[A-Z_]+:/.test(subject) || isKnown(subject)) return [];
      const kind = subject.split(/[ /]/, 1)[0]!;
      const alike = known.filter((one) => one.split(/[ /]/, 1)[0] === kind);
      return [
        unknownSubject(TerraformStack.of(this).node.path, finding, subject, alike.length > 0 ? alike : known).message,
      ];
    });
  }

  /** Remembers where the program makes something. */
  locate(constructPath: string, source: string | undefined): void {
    if (source !== undefined) this.sources[constructPath] = source;
  }

  addListener(machine: Machine, tier: string, ports: () => readonly Port[]): void {
    this.refuseLate(tier, `software on ${machine.name}`);
    this.listeners.push({ machine: machine.name, tier, ports });
  }

  /** What all software of a machine listens on. */
  portsOn(machine: string): Port[] {
    return this.listeners.filter((one) => one.machine === machine).flatMap(({ ports }) => ports());
  }

  /** What a machine gets from a tier, and what the program added to it. */
  addDelivery(delivery: Delivery): void {
    this.deliveries.push(delivery);
  }

  /** What listens on a site's machines, to be asked when the stack is synthesized: clouds make their firewalls of it. */
  listenersOn(site: ISite): { machine: string; tier: string; ports: readonly Port[] }[] {
    return this.listeners
      .filter(({ machine }) => this.machines.get(machine)?.site === site)
      .map(({ machine, tier, ports }) => ({ machine, tier, ports: ports() }));
  }

  /** Takes something that only one tier may have. @returns the path of the tier that has it already. */
  claim(what: string, tier: string): string | undefined {
    const owner = this.claims.get(what);
    if (owner === undefined) this.claims.set(what, tier);
    return owner;
  }

  /**
   * A file that Terraform delivers, written beside `cdk.tf.json` when the stack is synthesized. It is named by its content,
   * so that machines that get the same share one.
   *
   * @returns its hash, and its path as Terraform sees it; to be asked when the stack is synthesized
   */
  addFile(name: string, content: () => string): () => DeliveredFile {
    return this.files.add(name, content);
  }

  manifest(): Manifest {
    const sites = new Map<string, ISite>();
    for (const { site } of [...this.machines.values(), ...this.tiers]) sites.set(site.name, site);
    const content = {
      sites: [...sites.values()].map((site) => site.toManifest()),
      machines: [...this.machines.values()].map((machine) => machine.toManifest()),
      tiers: this.tiers.map((tier) => tier.toManifest()),
    };
    // Where an SSH key is kept, and how a tier is asked, changes nothing of the hive; the demo makes a key for each run.
    const shared = (key: string, value: unknown) => (["privateKeyFile", "probes"].includes(key) ? undefined : value);
    const hash = sha256(JSON.stringify(content, shared)).slice(0, 16);
    return {
      version: MANIFEST_VERSION,
      stack: TerraformStack.of(this).node.id,
      hash,
      ...content,
      structure: this.structure([...sites.values()]),
      promises: [...this.promises],
      acknowledgements: [...this.acknowledgements],
      resources: this.resources([...sites.values()]),
      sources: { ...this.sources },
    };
  }

  private structure(sites: readonly ISite[]): Manifest["structure"] {
    const nodes: Record<string, ManifestNode> = Object.assign({}, ...sites.map((site) => site.structureNodes()));
    for (const machine of this.machines.values()) nodes[machine.name] = machine.structureNode();
    for (const tier of this.tiers) Object.assign(nodes, tier.structureNodes());
    const tiers = Object.fromEntries(this.tiers.map((tier) => [tier.path, tier.structure()]));
    for (const { name, node, neededBy, carries } of this.dependencies) {
      nodes[name] = node;
      for (const path of neededBy) tiers[path] = { ...tiers[path]!, needs: [...tiers[path]!.needs, name] };
      for (const machine of carries.filter((known) => known in nodes))
        nodes[machine] = { ...nodes[machine]!, in: [...nodes[machine]!.in, name] };
    }
    return { nodes, tiers };
  }

  /** What Terraform makes and can fail: deliveries (`terraform_data`) are work, not things. */
  private resources(sites: readonly ISite[]): Manifest["resources"] {
    const own = [...sites.map((site) => site.node.path), ...this.tiers.map((tier) => tier.path)];
    const others: string[] = [];
    let modelled = 0;
    for (const resource of TerraformStack.of(this).node.findAll()) {
      if (!TerraformResource.isTerraformResource(resource)) continue;
      if (resource.terraformResourceType === "terraform_data") continue;
      const { path: at } = resource.node;
      if (own.some((path) => at.startsWith(`${path}/`))) modelled++;
      else others.push(`${at} (${resource.terraformResourceType})`);
    }
    return { modelled: modelled + this.hosts(), others };
  }

  /** Machines that exist already are no resources of Terraform, and are things all the same. */
  private hosts(): number {
    return [...this.machines.values()].filter((machine) => machine.site.kind === "hosts").length;
  }

  /** Each clash of two tiers once, with all machines and ports that it is about. */
  private findPortConflicts(): string[] {
    const clashes = new Map<string, PortClash>();
    const taken = new Map<string, { tier: string; port: Port }[]>();
    for (const { machine, tier, ports } of this.listeners) {
      for (const port of ports()) {
        const key = `${machine} ${port.protocol} ${port.port}`;
        const others = taken.get(key) ?? [];
        const other = others.find((o) => overlap(o.port.address, port.address));
        if (other !== undefined) addClash(clashes, machine, useOf(other.tier, other.port), useOf(tier, port), port);
        taken.set(key, [...others, { tier, port }]);
      }
    }
    return [...clashes.values()].map((clash) => portConflict(clash).message);
  }

  private write(session: ISynthesisSession): void {
    const folder = this.folderIn(session);
    this.files.write(folder);
    writeManifest(folder, this.manifest());
  }

  /**
   * The manifest, written at once: cdktf writes nothing of what its validations refuse, and the report is wanted most of a
   * program that was refused.
   */
  writtenManifest(): Manifest {
    const manifest = this.manifest();
    const { root } = this.node;
    if (App.isApp(root)) writeManifest(this.folderIn(root), manifest);
    return manifest;
  }

  /** Where cdktf writes the stack. */
  private folderIn({ outdir, manifest }: Pick<ISynthesisSession, "outdir" | "manifest">): string {
    return path.join(outdir, manifest.forStack(TerraformStack.of(this)).workingDirectory);
  }
}

function writeManifest(folder: string, manifest: Manifest): void {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function refusalOf(ask: () => unknown): string[] {
  try {
    ask();
    return [];
  } catch (error) {
    if (error instanceof BeehiveError) return [error.message];
    throw error;
  }
}

function strangers(
  { path }: HiveMember,
  property: string,
  names: readonly string[],
  known: readonly string[],
): string[] {
  const all = new Set(known);
  return names.filter((name) => !all.has(name)).map((name) => unknownName(path, property, name, known).message);
}

function overlap(a: string, b: string): boolean {
  return a === b || a === "*" || b === "*";
}

const useOf = (tier: string, { purpose, property }: Port): PortUse => ({ tier, purpose, property });

function addClash(
  clashes: Map<string, PortClash>,
  machine: string,
  first: PortUse,
  second: PortUse,
  { port, address }: Port,
): void {
  const what = ({ tier, purpose, property = purpose }: PortUse) => `${tier} ${property}`;
  const key = `${what(first)} ${what(second)}`;
  const known = clashes.get(key) ?? { first, second, ports: [], addresses: [], machines: [] };
  const added = <T>(all: readonly T[], one: T): readonly T[] => (all.includes(one) ? all : [...all, one]);
  clashes.set(key, {
    ...known,
    ports: added(known.ports, port),
    addresses: added(known.addresses, address),
    machines: added(known.machines, machine),
  });
}
