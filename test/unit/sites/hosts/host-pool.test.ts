import fc from "fast-check";
import { HostPool, type PoolHost } from "../../../../lib/sites/hosts/host-pool";
import { Machines } from "../../../../lib/contracts/machines";

const host = (name: string, zone: string, labels: Record<string, string> = {}): PoolHost => ({ name, zone, labels });
const six = ["a", "b", "c"].flatMap((zone) => [host(`${zone}1`, zone), host(`${zone}2`, zone)]);
const draw = (tier: string, count?: number, machines = Machines.automatic()) => ({
  tier,
  noun: "nodes",
  count,
  machines,
});

test("an automatic draw takes one host of each zone in turn", () => {
  expect(new HostPool("rack", six, false).draw(draw("shop/db", 4))).toEqual(["a1", "b1", "c1", "a2"]);
});

test("a second tier gets what the first left", () => {
  const pool = new HostPool("rack", six, false);
  pool.draw(draw("shop/db", 3));
  expect(pool.draw(draw("shop/web", 3))).toEqual(["a2", "b2", "c2"]);
});

test("tiers share machines when the site allows it, the least used first", () => {
  const pool = new HostPool("rack", six, true);
  pool.draw(draw("shop/db", 3));
  expect(pool.draw(draw("shop/web", 5))).toEqual(["a2", "b2", "c2", "a1", "b1"]);
});

test("tiers that name the same machines share them without further ado", () => {
  const pool = new HostPool("rack", six, false);
  pool.draw(draw("shop/db", undefined, Machines.named("a1", "b1")));
  expect(pool.draw(draw("shop/web", undefined, Machines.named("a1")))).toEqual(["a1"]);
});

test("labels select, and without a count all that fit are taken", () => {
  const labelled = [...six, host("d1", "a", { role: "db" }), host("d2", "b", { role: "db" })];
  expect(
    new HostPool("rack", labelled, false).draw(draw("shop/db", undefined, Machines.labelled({ role: "db" }))),
  ).toEqual(["d1", "d2"]);
});

const reserved = (name: string, zone: string, ...tiers: string[]): PoolHost => ({ name, zone, labels: {}, tiers });

test("hosts that are for a tier are chosen by it, and by no other that chooses automatically", () => {
  const pool = new HostPool("rack", [...six, reserved("db1", "a", "db"), reserved("db2", "b", "db")], false);
  expect(pool.draw(draw("shop/web", 6))).toEqual(["a1", "b1", "c1", "a2", "b2", "c2"]);
  expect(pool.draw(draw("shop/db"))).toEqual(["db1", "db2"]);
});

test("tiers that are on the same hosts share them without further ado", () => {
  const both = ["a", "b"].map((zone) => reserved(`m-${zone}`, zone, "db", "web"));
  const pool = new HostPool("rack", both, false);
  expect([pool.draw(draw("shop/db", 2)), pool.draw(draw("shop/web", 2))]).toEqual([
    ["m-a", "m-b"],
    ["m-a", "m-b"],
  ]);
});

test("a tier inside another construct goes by its own id", () => {
  expect(new HostPool("rack", [...six, reserved("db1", "a", "db")], false).draw(draw("shop/part/db"))).toEqual(["db1"]);
});

test("names and labels win over what a host is for", () => {
  const labelled: PoolHost = { ...reserved("db1", "a", "db"), labels: { disk: "fast" } };
  const pool = new HostPool("rack", [...six, labelled], false);
  expect(pool.draw(draw("shop/web", undefined, Machines.labelled({ disk: "fast" })))).toEqual(["db1"]);
  expect(pool.draw(draw("shop/mail", undefined, Machines.named("db1")))).toEqual(["db1"]);
});

test("too few hosts for a tier: the error counts those that are for it", () => {
  expect(() => new HostPool("rack", [...six, reserved("db1", "a", "db")], false).draw(draw("shop/db", 3))).toThrow(
    "shop/db: wants 3 nodes on hosts for tier db of site rack, and 1 is left: db1.",
  );
});

test("too few hosts: the error says who wanted what, what is left and who took the rest", () => {
  const pool = new HostPool("rack", six, false);
  pool.draw(draw("shop/db", 5));
  expect(() => pool.draw(draw("shop/web", 3))).toThrow(
    "shop/web: wants 3 nodes on hosts of site rack, and 1 is left: c2. Taken: a1 (shop/db), b1 (shop/db), c1 (shop/db), " +
      "a2 (shop/db), b2 (shop/db). Add 2 hosts to the site, ask for fewer, or let tiers share machines (shareMachines: true on the site).",
  );
});

test("a label that no host has is an error that names the label", () => {
  expect(() =>
    new HostPool("rack", six, false).draw(draw("shop/db", undefined, Machines.labelled({ role: "db" }))),
  ).toThrow(
    "shop/db: wants 1 node on hosts with label role=db of site rack, and no host is so labelled; the labels of its hosts are " +
      "none. Correct the label, or give it to 1 host.",
  );
});

test("unknown names are refused with the names that there are", () => {
  expect(() => new HostPool("rack", six, false).draw(draw("shop/db", 1, Machines.named("a9")))).toThrow(
    "shop/db: machines names a9, which the site does not have; its hosts are a1, a2, b1, b2, c1, c2.",
  );
});

test("a count that contradicts the names is refused", () => {
  expect(() => new HostPool("rack", six, false).draw(draw("shop/db", 3, Machines.named("a1")))).toThrow(
    "shop/db: nodes is 3, but machines names 1;",
  );
});

test("a host added at the end of its zone changes no earlier choice", () => {
  const zones = fc.constantFrom("a", "b", "c");
  fc.assert(
    fc.property(fc.array(zones, { minLength: 3, maxLength: 20 }), zones, fc.nat(), (layout, zone, n) => {
      const hosts = layout.map((z, i) => host(`h${i}`, z));
      fc.pre(layout.includes(zone));
      const count = (n % hosts.length) + 1;
      const before = new HostPool("rack", hosts, false).draw(draw("t", count));
      const after = new HostPool("rack", [...hosts, host("new", zone)], false).draw(draw("t", count));
      const picked = new Set(after.filter((name) => name !== "new"));
      // The newcomer may take the last place of a draw that ran out of its zone; nobody else moves.
      expect(before.filter((name) => !picked.has(name)).length).toBeLessThanOrEqual(after.includes("new") ? 1 : 0);
    }),
  );
});

test("no zone gets two hosts more than another that had hosts left", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 30 }),
      fc.nat(),
      (layout, n) => {
        const hosts = layout.map((z, i) => host(`h${i}`, z));
        const picked = new HostPool("rack", hosts, false).draw(draw("t", (n % hosts.length) + 1));
        const zoneOf = new Map(hosts.map((h) => [h.name, h.zone]));
        const count = (zone: string) => picked.filter((name) => zoneOf.get(name) === zone).length;
        for (const zone of new Set(layout)) {
          const left = hosts.filter((h) => h.zone === zone && !picked.includes(h.name)).length;
          if (left > 0) for (const other of new Set(layout)) expect(count(other) - count(zone)).toBeLessThanOrEqual(1);
        }
      },
    ),
  );
});
