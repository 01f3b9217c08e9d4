import { targetOf } from "../drill-target";
import { PowerLoss } from "../power-loss";
import type { Fault } from "./fault";
import { unfitForOne } from "./single-machine";

export const dbWriterPowerLoss: Fault = {
  name: "db-writer-power-loss",
  key: "db",
  title: "the database node that takes the writes loses power",
  disruption: "machine",
  leads: "writer",
  stock: { writeGapSeconds: 10.8, acknowledged: 1490, lost: 0 },
  tier: ({ database }) => database,
  unfit: (hive) => unfitForOne(dbWriterPowerLoss, hive.roles.database, "a database with a writer", hive),
  choose: (hive, leaders) => (leaders.writer === undefined ? undefined : targetOf(hive, leaders, [leaders.writer])),
  make: (machines, notice) => new PowerLoss(machines, notice),
};
