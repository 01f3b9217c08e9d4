import { Option } from "commander";
import { FAULTS } from "../drills/faults/faults";

/** Not a default of the option itself: a drill that was named has to fit the hive, others are left out where they do not. */
export const drillsOption = (): Option =>
  new Option(
    "--drills <list>",
    `which drills, in this order; default: ${FAULTS.map(({ key }) => key).join(",")}, the zone's where one can be spared`,
  );
