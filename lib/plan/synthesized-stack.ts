import { z } from "../core/zod";
import { logicalId } from "./logical-id";
import { isObject } from "./terraform-plan";

const resourceSchema = z.looseObject({
  "//": z.object({ metadata: z.object({ path: z.string() }).optional() }).optional(),
  triggers_replace: z.unknown().optional(),
  for_each: z.unknown().optional(),
});
const synthesizedSchema = z.object({
  resource: z.record(z.string(), z.record(z.string(), resourceSchema)).default({}),
});

/** What cdktf wrote for a stack: which construct made which resource. */
export class SynthesizedStack {
  private readonly paths = new Map<string, string>();
  private readonly addresses = new Map<string, string>();
  private readonly contents = new Map<string, string>();
  private readonly keys = new Map<string, readonly string[]>();
  /** Of tasks that reach one machine: which one. */
  private readonly machines = new Map<string, string>();
  /** How many ids at the beginning of a construct path lead to the stack. */
  private readonly depth: number;

  private constructor(resources: z.infer<typeof synthesizedSchema>["resource"]) {
    let depth = 1;
    for (const [type, named] of Object.entries(resources)) {
      for (const [name, resource] of Object.entries(named)) {
        const address = `${type}.${name}`;
        const path = resource["//"]?.metadata?.path ?? name;
        this.paths.set(address, path);
        this.addresses.set(path, address);
        const { triggers_replace: triggers, for_each: instances } = resource;
        if (isObject(triggers) && typeof triggers.content === "string") this.contents.set(address, triggers.content);
        if (isObject(triggers) && typeof triggers.machine === "string") this.machines.set(address, triggers.machine);
        if (isObject(instances)) this.keys.set(address, Object.keys(instances));
        const ids = path.split("/");
        const found = ids.findIndex((_, i) => i > 0 && logicalId(ids.slice(i)) === name);
        if (found > 0) depth = found;
      }
    }
    this.depth = depth;
  }

  /** @param content of `cdk.tf.json`. */
  static parse(content: unknown): SynthesizedStack {
    return new SynthesizedStack(synthesizedSchema.parse(content).resource);
  }

  /** Addresses of all resources, without instance keys. */
  get resources(): Iterable<string> {
    return this.paths.keys();
  }

  pathOf(address: string): string | undefined {
    return this.paths.get(address);
  }

  /** Hash of what the rollout or preparation delivers. */
  contentOf(address: string): string | undefined {
    return this.contents.get(address);
  }

  /** Keys of the resource's instances. */
  keysOf(address: string): readonly string[] {
    return this.keys.get(address) ?? [];
  }

  /** Addresses of everything that is brought to a machine: its preparation, and the rollouts of its tiers. */
  tasksOn(machine: string): readonly string[] {
    const prepared = [...this.machines].find(([address]) =>
      this.paths.get(address)!.endsWith(`/${machine}/prepare/Resource`),
    );
    return prepared === undefined
      ? []
      : [...this.machines].flatMap(([address, id]) => (id === prepared[1] ? [address] : []));
  }

  has(address: string): boolean {
    return this.paths.has(address);
  }

  /** Terraform's name of a construct path's resource, whether it is still in the program or not. */
  idAt(path: string): string {
    const address = this.addresses.get(path);
    return address?.slice(address.indexOf(".") + 1) ?? logicalId(path.split("/").slice(this.depth));
  }

  /** The `terraform_data` of a construct path, whether it is still in the program or not. */
  taskAt(path: string): string {
    return this.addresses.get(path) ?? `terraform_data.${logicalId(path.split("/").slice(this.depth))}`;
  }
}
