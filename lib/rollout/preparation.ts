import { Construct } from "constructs";
import type { ITerraformDependable } from "../cdktf";
import { Hive } from "../stack/hive";
import type { Machine } from "../contracts/site";
import { selfAddressPlaceholder } from "../software/placeholders";
import type { Software } from "../software/software";
import { program } from "./machine-program";
import { MachineTask } from "./machine-task";
import { portsOn } from "./ports-on";
import { asRoot, CLIENT, delivered, DELIVERY, FIRST_SCRIPT, PROGRAM } from "./on-machine";

const PROGRAM_FILE = "beehive-apply";

const MAKE_DELIVERY = `umask 077; mkdir -p ${DELIVERY}; chmod 700 ${DELIVERY}`;
// Debian's cloud images have Python; a minimal installation may not.
const HAS_PYTHON = "command -v python3 >/dev/null";
const INSTALL_PYTHON =
  "apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install python3";

export interface PreparationProps {
  readonly machine: Machine;
  /** Lines of shell that run on the machine before anything else. @default [] */
  readonly first?: readonly string[];
  /** What must be there before SSH tries. @default [] */
  readonly after?: readonly ITerraformDependable[];
  /** Why nothing of the stack may be planned; asked when the stack is written. @default - nothing is in the way */
  readonly refusal?: () => string | undefined;
  /** What the program says of a machine that others may use, too. @default - Terraform made it; nothing on it is anybody else's */
  readonly host?: HostTerms;
}

/** What Beehive may do on a machine that it has not made. Read on the machine. */
export interface HostTerms {
  /** Construct path of the stack, with which the paths of its tiers begin. */
  readonly hive: string;
  /** Units of the owner's that may be stopped. */
  readonly takeOver: readonly string[];
  /** Whether a firewall of the owner's stays as it is. */
  readonly keepFirewall: boolean;
  /** Other hives that live on it. */
  readonly sharedWith: readonly string[];
}

/**
 * The part of a rollout that disturbs nothing: bring `beehive-apply` and install packages. All machines do it side by
 * side, so that the one-at-a-time part that follows is short.
 */
export class Preparation extends Construct {
  readonly task: MachineTask;
  private readonly sources: (() => readonly Software[])[] = [];
  private readonly wanted: () => { readonly packages: string[]; readonly request: string };

  constructor(scope: Construct, id: string, { machine, first = [], after = [], refusal, host }: PreparationProps) {
    super(scope, id);
    const hive = Hive.of(this);
    this.wanted = hive.rendered(() => {
      const software = this.sources.flatMap((source) => source());
      const request = host === undefined ? packagesRequest(software) : hostRequest(software, machine, host);
      return { packages: packagesOf(software), request };
    });
    const brought = hive.addFile(PROGRAM_FILE, program);
    const wanted = hive.addFile("packages", () => this.wanted().request);
    const arrived = delivered(PROGRAM_FILE, "");
    const request = delivered("packages", ".json");
    const sudo = asRoot(machine);
    const self = host === undefined ? "" : `--name ${machine.name} --address ${machine.privateAddress} `;
    this.task = new MachineTask(this, "Resource", {
      dependsOn: after.length === 0 ? undefined : [...after],
      connection: machine.connection,
      refusal,
      expressions: () => [machine.id],
      work: () => ({
        triggersReplace: { machine: machine.id, content: `${brought().hash} ${wanted().hash}` },
        provisioners: [
          {
            type: "remote-exec",
            connection: { ...machine.connection, scriptPath: FIRST_SCRIPT },
            inline: [
              "set -e",
              ...first,
              ...hasSudo(machine),
              MAKE_DELIVERY,
              `${HAS_PYTHON} || ${sudo} sh -c '${INSTALL_PYTHON}'`,
            ],
          },
          { type: "file", source: brought().source, destination: arrived },
          { type: "file", source: wanted().source, destination: request },
          {
            type: "remote-exec",
            inline: [
              "set -e",
              `trap 'rm -f ${arrived} ${request}' EXIT`,
              // Before anything is installed, itself included: it may refuse.
              `${sudo} python3 ${arrived} prepare ${self}${CLIENT} ${request}`,
              // Another deploy may be at work with the program that is there: it is exchanged by a rename.
              `${sudo} install -D -m 0755 ${arrived} ${PROGRAM}.\${self.id}`,
              `${sudo} mv -f ${PROGRAM}.\${self.id} ${PROGRAM}`,
            ],
          },
        ],
      }),
    });
  }

  add(software: () => readonly Software[]): void {
    this.sources.push(software);
  }

  packages(): string[] {
    return this.wanted().packages;
  }
}

/** Terraform's scripts have a terminal, at which sudo would wait for a password until the connection ends. */
function hasSudo({ sudo, connection: { user } }: Machine): string[] {
  if (!sudo) return [];
  const refusal =
    `beehive: REFUSED: sudo asks ${user} for a password, or refuses. ` +
    `As root on the machine: echo '${user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/${user}`;
  return [`sudo -n true 2>/dev/null || { echo "${refusal}"; exit 1; }`];
}

/** What `beehive-apply prepare` reads. */
export function packagesRequest(software: readonly Software[]): string {
  return JSON.stringify(packagesWanted(software));
}

/** The same for a machine with an owner: what tiers need there, and what is agreed. One text for machines that get the same. */
function hostRequest(software: readonly Software[], machine: Machine, host: HostTerms): string {
  const ports = portsOn(machine, software).map(({ protocol, port, address, purpose, property }) => {
    const local = address === machine.privateAddress ? selfAddressPlaceholder : address;
    return { protocol, port, address: local, purpose, ...(property !== undefined && { property }) };
  });
  const folders = software.flatMap((s) => s.dataFolders ?? []);
  return JSON.stringify({ ...packagesWanted(software), ports, folders, host });
}

function packagesWanted(software: readonly Software[]) {
  const unused = unique(software.flatMap((s) => s.unusedUnits ?? []));
  const managed = software.flatMap((s) => s.services.map((service) => service.unit));
  return { packages: packagesOf(software), unused, quiet: unique([...unused, ...managed]) };
}

function packagesOf(software: readonly Software[]): string[] {
  return unique(software.flatMap((s) => s.packages));
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}
