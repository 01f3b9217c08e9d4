import type { Rule } from "./rule";
import { singlePaths } from "./single-path";

export const singleControlPlane: Rule = {
  name: "SINGLE_CONTROL_PLANE",
  title: "One control plane for several zones",
  why: "Machines in several zones depend on one control plane, so that the zones do not help against its loss.",
  fix: "The variant that runs in several zones, or one control plane for each.",
  level: "warning",
  check: (hive) => singlePaths(hive, "control plane"),
};
