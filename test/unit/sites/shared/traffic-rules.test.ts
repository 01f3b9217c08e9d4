import type { Port } from "../../../../lib/software/software";
import { ruleKey, trafficRules, type Listener, type Party } from "../../../../lib/sites/shared/traffic-rules";

const port = (number: number, from: Port["from"], more: Partial<Port> = {}): Port => ({
  port: number,
  protocol: "tcp",
  address: "*",
  purpose: `port ${number}`,
  from,
  ...more,
});
const party = (machine: string): Party => ({ machine, addresses: [`at-${machine}`] });
const on = (tier: string, machine: string, ...ports: Port[]): Listener => ({ tier, machine, ports });
const all = ["db-a", "db-b", "db-c", "web-a", "web-b", "lb-a", "lb-b"].map(party);

/** `port <- source`, as short as can be compared. */
const said = (listeners: readonly Listener[], parties = all) =>
  trafficRules(listeners, parties).map(({ to, port: number, from }) => `${to}:${number} <- ${from.kind} ${from.name}`);

test("a tier whose machines may all connect is one source", () => {
  expect(
    said([
      on("db", "db-a", port(3306, ["at-web-a", "at-web-b"])),
      on("web", "web-a", port(80, [])),
      on("web", "web-b", port(80, [])),
    ]),
  ).toEqual(["db:3306 <- tier web"]);
});

test("members that each let in all the others are a tier that rules to itself", () => {
  expect(
    said([
      on("db", "db-a", port(4567, ["at-db-b", "at-db-c"])),
      on("db", "db-b", port(4567, ["at-db-a", "at-db-c"])),
      on("db", "db-c", port(4567, ["at-db-a", "at-db-b"])),
    ]),
  ).toEqual(["db:4567 <- tier db"]);
});

test("a machine whose tier is not wholly let in is a source of its own", () => {
  expect(
    said([
      on("db", "db-a", port(3306, ["at-web-a"])),
      on("web", "web-a", port(80, [])),
      on("web", "web-b", port(80, [])),
    ]),
  ).toEqual(["db:3306 <- machine web-a"]);
});

test("the world comes in only where the software says so", () => {
  expect(said([on("lb", "lb-a", port(80, "world"), port(8404, "localhost"))])).toEqual(["lb:80 <- world world"]);
});

test("one machine that lets in the world opens the port of its tier, and says nothing of the others", () => {
  expect(said([on("lb", "lb-a", port(80, ["at-web-a"])), on("lb", "lb-b", port(80, "world"))])).toEqual([
    "lb:80 <- world world",
  ]);
});

test("what is bound to the machine itself is not reached by anybody", () => {
  expect(said([on("web", "web-a", port(3306, "world", { address: "127.0.0.1" }))])).toEqual([]);
});

test("an address of no machine stays an address", () => {
  expect(said([on("db", "db-a", port(3306, ["192.0.2.0/24"]))])).toEqual(["db:3306 <- address 192.0.2.0/24"]);
});

test("a machine that carries two tiers is let in through each that is wholly let in", () => {
  const listeners = [
    on("db", "db-a", port(3306, ["at-db-a", "at-db-b"])),
    on("web", "db-a", port(80, [])),
    on("web", "db-b", port(80, [])),
  ];
  expect(said(listeners)).toEqual(["db:3306 <- tier db", "db:3306 <- tier web"]);
});

test("a machine more in a tier changes no permission", () => {
  const hive = (webs: readonly string[]) => [
    on(
      "db",
      "db-a",
      port(
        3306,
        webs.map((name) => `at-${name}`),
      ),
    ),
    ...webs.map((name) => on("web", name, port(80, []))),
  ];
  expect(said(hive(["web-a", "web-b"]))).toEqual(said(hive(["web-a"])));
});

test("a permission's key comes from names", () => {
  const [rule] = trafficRules([on("shop/lb", "lb-a", port(80, "world"))], all);
  expect(ruleKey(rule!)).toBe("tcp-80-world");
});
