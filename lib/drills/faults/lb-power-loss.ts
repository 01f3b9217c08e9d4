import { holderOf, targetOf } from "../drill-target";
import type { HiveRoles } from "../hive-roles";
import { PowerLoss } from "../power-loss";
import type { Fault } from "./fault";
import { unfitForOne } from "./single-machine";

/** An address that does not move has nobody to take it over. */
const balanced = ({ entrance }: HiveRoles) => (entrance.virtual ? entrance.tier : undefined);

export const lbPowerLoss: Fault = {
  name: "lb-power-loss",
  key: "lb",
  title: "the load balancer that holds the address loses power",
  disruption: "machine",
  leads: "address",
  stock: { failed: 6, worstSeconds: 4.1 },
  tier: ({ entrance }) => entrance.tier,
  unfit: (hive) => unfitForOne(lbPowerLoss, balanced(hive.roles), "a load balancer with a floating address", hive),
  choose(hive, leaders) {
    const holder = holderOf(leaders);
    return holder === undefined ? undefined : targetOf(hive, leaders, [holder]);
  },
  make: (machines, notice) => new PowerLoss(machines, notice),
};
