import { acknowledge, AvailabilityPromise, Duration } from "../../../lib";
import { shop, synth } from "../../support/hive";

const RULES =
  "SINGLE_POINT_OF_FAILURE, SHARED_FATE, SINGLE_NAT, SINGLE_CONTROL_PLANE, QUORUM_OVER_TWO_ZONES, EVEN_VOTES, DNS_IN_ONE_SITE, " +
  "CHECK_SLOWER_THAN_RTO, BACKUP_IN_FAILURE_DOMAIN, CONTRADICTING_TIMEOUTS, STALE_ACKNOWLEDGEMENT";

test("an acknowledgement of a rule that does not exist", () => {
  const { stack } = shop();
  expect(() => acknowledge(stack, "SHARD_FATE:site rack", "one rack")).toThrow(
    `shop: finding is "SHARD_FATE:site rack"; no rule has the name SHARD_FATE; the rules are ${RULES}. Correct the name.`,
  );
});

test("an acknowledgement of a thing that does not exist", () => {
  const { stack } = shop();
  acknowledge(stack, "SHARED_FATE:site rock", "one rack");
  expect(() => synth(stack)).toThrow(
    'shop: finding is "SHARED_FATE:site rock", and the stack has no "site rock", so that nothing is acknowledged; it has site rack. ' +
      "Correct the name, or take the acknowledgement out.",
  );
});

test.each([
  "SHARED_FATE:site rack",
  "SINGLE_POINT_OF_FAILURE:lb-1",
  "EVEN_VOTES:shop/db",
  "CONTRADICTING_TIMEOUTS:shop/entrance.serverTimeout",
])("%s names something that there is", (finding) => {
  const { stack } = shop();
  acknowledge(stack, finding, "known");
  expect(() => synth(stack)).not.toThrow();
});

const warningsOf = (tier: "db" | "web" | "entrance") => {
  const hive = shop();
  const rto = { machine: Duration.minutes(10) };
  const promise = new AvailabilityPromise(hive.stack, "promise", { entrance: hive[tier], rto, onBreach: "warn" });
  synth(hive.stack);
  return promise.node.metadata.map(({ data }) => String(data)).filter((text) => text.includes("no visitor"));
};

test("a promise at a tier that no visitor enters", () => {
  expect(warningsOf("db")).toEqual([
    "shop/promise: entrance is shop/db, where no visitor of this program comes in; the promise says nothing of what is in front of it. " +
      "Visitors come in at shop/entrance: promise for that, or ignore this where others connect to shop/db itself.",
  ]);
});

test("a promise at the entrance is what it should be", () => {
  expect(warningsOf("entrance")).toEqual([]);
});
