import { targetOf } from "../drill-target";
import { PowerLoss } from "../power-loss";
import type { Fault } from "./fault";
import { unfitForOne } from "./single-machine";

/** Where tiers share machines, a web server with no second role is taken if there is one, so that it shows what its name says. */
export const webPowerLoss: Fault = {
  name: "web-power-loss",
  key: "web",
  title: "a web server loses power",
  disruption: "machine",
  stock: { requests: 1400, failed: 334 },
  tier: ({ web }) => web[0],
  unfit: (hive) => unfitForOne(webPowerLoss, hive.roles.web[0], "a web tier", hive),
  choose(hive, leaders, random) {
    const servers = hive.roles.web[0]?.machines ?? [];
    const weight = (machine: string) => {
      const { roles, leads } = targetOf(hive, leaders, [machine]);
      return roles.length + leads.filter(({ role }) => role === "writer").length;
    };
    const fewest = Math.min(...servers.map(weight));
    const candidates = servers.filter((machine) => weight(machine) === fewest);
    return candidates.length === 0 ? undefined : targetOf(hive, leaders, [random.pick(candidates)]);
  },
  make: (machines, notice) => new PowerLoss(machines, notice),
};
