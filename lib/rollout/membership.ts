import { Construct } from "constructs";
import type { ITerraformDependable } from "../cdktf";
import { Hive } from "../stack/hive";
import type { Machine } from "../contracts/site";
import { farewellConnection } from "./ssh";
import { MachineTask } from "./machine-task";
import { PROGRAM } from "./on-machine";
import { phaseOf } from "./phase";

export interface MembershipProps {
  readonly instance: string;
  readonly machines: readonly Machine[];
  /** Memberships that this tier needs; when the whole stack is destroyed, they end after this one. @default [] */
  readonly needs?: readonly ITerraformDependable[];
  /** The tier's own rollout: a member that left is stopped after the new ones work. */
  readonly until: readonly ITerraformDependable[];
}

const farewell = (machines: readonly Machine[]) => ({
  "remote-exec": {
    when: "destroy",
    // A dead machine cannot be stopped over SSH; no tier uses it any more, so that the deploy may go on.
    on_failure: "continue",
    connection: farewellConnection(Object.fromEntries(machines.map(({ name, decommission }) => [name, decommission]))),
    // States of older versions hold no name.
    inline: [`\${self.output.sudo} ${PROGRAM} retire \${self.output.group} \${try(self.output.name, "")}`],
  },
});

/**
 * The members of a tier, in the state: a removed machine runs its destroy-time provisioner, which stops it.
 *
 * Terraform forgets a resource's provisioners together with the resource. One resource with a key for each machine
 * stays when a key goes, and the key's destroy-time provisioner runs. `create_before_destroy` makes Terraform update
 * everything that depends on the membership first: load balancers and proxies stop using a machine before it stops.
 *
 * In the phase `infrastructure` new members are written down as they will stay: were they replaced later, the destroy-time
 * provisioner of the waiting one would stop what has just been brought to the machine.
 */
export class Membership extends Construct {
  readonly task: MachineTask;

  constructor(scope: Construct, id: string, props: MembershipProps) {
    super(scope, id);
    this.task = new MachineTask(this, "Resource", {
      dependsOn: [...(props.needs ?? [])],
      lifecycle: { createBeforeDestroy: true },
      // Once for each tier: its rollout delivers some of them, which ones is known only when it is rendered.
      expressions: () => Hive.of(this).factExpressions,
    });
    const members = props.machines.map((machine) => [
      machine.name,
      {
        ...machine.decommission,
        name: machine.name,
        machine: machine.memberId,
        group: props.instance,
        sudo: machine.sudo ? "sudo" : "",
      },
    ]);
    this.task.addOverride("for_each", Object.fromEntries(members));
    this.task.addOverride("input", "${each.value}");
    // Another machine of the same name: the old one is stopped.
    this.task.addOverride("triggers_replace", "${each.value.machine}");
    if (phaseOf(this) === "everything") this.task.addOverride("provisioner", [farewell(props.machines)]);
    // Something that depends on the membership and waits for the rollout; where no other tier does, this one does.
    new MachineTask(this, "settled", {
      dependsOn: [this.task, ...props.until],
      work: () => ({
        triggersReplace: { members: props.machines.map((machine) => machine.name).join(" ") },
      }),
    });
  }
}
