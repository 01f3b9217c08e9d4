import type { Rule } from "./rule";
import { singlePaths } from "./single-path";

export const singleNat: Rule = {
  name: "SINGLE_NAT",
  title: "One NAT gateway for several zones",
  why: "Machines in several zones leave through one gateway, so that the zones do not help against its loss.",
  fix: "One NAT gateway in each zone.",
  level: "warning",
  check: (hive) => singlePaths(hive, "nat"),
};
