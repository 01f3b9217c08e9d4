/** What a line of `cdktf deploy` says about one machine or resource. */
export interface DeployEvent {
  /** The machine when the resource's name holds one, else the resource's name. */
  readonly subject: string;
  readonly step: string;
}

// Some versions of cdktf repeat the name in parentheses: `terraform_data.web-1 (web-1) (remote-exec): text`.
const RESOURCE =
  /^(?<resource>[a-z0-9_]+\.[^\s:(]+?)(?:\[[^\]]*\])?(?: \([^)]*\))*?(?: \((?<provisioner>[a-z]+-exec)\))?: (?<text>.*)$/;
const NOISE =
  /^(Provisioning with |Refreshing state|Connecting to remote host|Connected!|Executing: |\s*(Host|User|Password|Private key|Certificate|SSH Agent|Checking Host Key|Target Platform|Bastion .*): )/;

/**
 * Reads one line of Terraform's human output as cdktf passes it on, or gives undefined for lines that tell an operator
 * nothing new. Terraform's JSON output would be firmer ground, but `cdktf deploy` does not offer it.
 *
 * @param stack id of the stack; cdktf puts it before some lines
 * @param machines names to look for in the resource's name; the longest match counts
 */
export function deployEvent(line: string, stack: string, machines: readonly string[]): DeployEvent | undefined {
  const bare = line.startsWith(`${stack} `) ? line.slice(stack.length) : line;
  const { resource, text, provisioner } = RESOURCE.exec(bare.trim())?.groups ?? {};
  if (resource === undefined || text === undefined || text.trim() === "" || NOISE.test(text)) return undefined;
  const name = resource.slice(resource.indexOf(".") + 1);
  const [machine] = machines.filter((candidate) => namesMachine(name, candidate)).sort((a, b) => b.length - a.length);
  // `beehive-apply` says itself which machine and which tier it works on.
  const applied = provisioner && /^beehive (?<machine>\S+?):? (?<step>.*)$/.exec(text)?.groups;
  if (applied) return { subject: applied.machine ?? name, step: applied.step ?? "" };
  if (machine === undefined) return { subject: name, step: withoutId(text) };
  return {
    subject: machine,
    step: provisioner === undefined ? `${purpose(name, machine)}${withoutId(text)}` : text.trim(),
  };
}

const withoutId = (text: string): string => text.replace(/ \[id=[^\]]*\]$/, "");

/** `db-a` is in `db_rollout-db-a_3F2A`, but not in `db-ab`. */
function namesMachine(name: string, machine: string): boolean {
  const at = name.indexOf(machine);
  if (at < 0) return false;
  const isEdge = (character: string | undefined): boolean => character === undefined || !/[a-z0-9]/i.test(character);
  return isEdge(name[at - 1]) && isEdge(name[at + machine.length]);
}

/** What the resource is for, where its name says more than the machine: `web: `. */
function purpose(name: string, machine: string): string {
  const rest = name.slice(0, name.indexOf(machine)).replace(/[_-]+$/, "");
  return rest === "" ? "" : `${rest}: `;
}
