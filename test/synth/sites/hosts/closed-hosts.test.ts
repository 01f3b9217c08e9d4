import { bundleOf, hosts, shop } from "../../../support/hive";

interface Bundle {
  readonly software: readonly {
    readonly name: string;
    readonly files: readonly { readonly path: string; readonly content: string }[];
    readonly checks?: readonly { readonly command: readonly string[] }[];
  }[];
}

const CLOSED = { firewall: "closed" } as const;
const threeServers = (site: object = CLOSED) =>
  shop({ hosts: hosts({ vps: 3 }), site: { shareMachines: true, network: "10.77.0.0/24", ...site } });

/** The closed firewall that a tier brings to a machine. */
function closedOf(hive: ReturnType<typeof shop>, tier: string, machine: string) {
  const { software } = JSON.parse(bundleOf(hive.stack, tier, machine)) as Bundle;
  const closed = software.find(({ name }) => name.startsWith("closed-firewall-"));
  const rules = closed?.files[0]!.content.split("\n").map((line) => line.trim());
  return { last: software.at(-1) === closed, checks: closed?.checks, rules };
}

test("a site leaves what no tier declares alone", () => {
  const hive = threeServers({});
  expect(closedOf(hive, "web", "vps-1").rules).toBeUndefined();
});

test("on a closed site each tier brings what all tiers of the machine declare, after everything else", () => {
  const hive = threeServers();
  const commentsOf = (tier: string) => {
    const { rules, last } = closedOf(hive, tier, "vps-1");
    expect(last).toBe(true);
    return rules!.flatMap((rule) => (rule.includes("meta mark set") ? [/comment "(.*)"/.exec(rule)![1]!] : []));
  };
  const db = commentsOf("db");
  expect(db).toEqual(expect.arrayContaining(["MariaDB", "nginx, HTTP", "HAProxy, HTTP", "keepalived, VRRP"]));
  expect(commentsOf("web")).toEqual(db);
  expect(commentsOf("entrance")).toEqual(db);
});

test("a machine's table opens its own ports at its own address", () => {
  const { rules } = closedOf(threeServers(), "web", "vps-2");
  expect(rules!.filter((rule) => rule.includes("dport 8080"))).toEqual([
    expect.stringMatching(/^ip daddr 10\.77\.0\.12 tcp dport 8080 ip saddr \{ .*10\.77\.0\.11.* \} meta mark set/),
  ]);
});

test("SSH stays open everywhere, on the host's own port", () => {
  const { rules, checks } = closedOf(threeServers({ ...CLOSED, ssh: { port: 2222 } }), "web", "vps-1");
  expect(rules).toContain('tcp dport 2222 accept comment "SSH"');
  expect(checks).toBeUndefined();
});

test("or from the networks that the program names, and from the bastion", () => {
  const sshFrom = ["198.51.100.0/24"];
  const site = { ...CLOSED, sshFrom, ssh: { bastion: { host: "203.0.113.9" } } };
  const { rules, checks } = closedOf(threeServers(site), "db", "vps-1");
  expect(rules!.filter((rule) => rule.includes('"SSH"'))).toEqual([
    'ip saddr 198.51.100.0/24 tcp dport 22 accept comment "SSH"',
    'ip saddr 203.0.113.9 tcp dport 22 accept comment "SSH"',
  ]);
  expect(checks![0]!.command.slice(3)).toEqual(["198.51.100.0/24", "203.0.113.9"]);
});

test.each<[string, object, string]>([
  ["another word", { firewall: "shut" }, 'shop/rack: firewall is "shut"; must be "open" or "closed"'],
  [
    "networks of an open site",
    { sshFrom: ["198.51.100.0/24"] },
    'shop/rack: sshFrom is ["198.51.100.0/24"], but firewall is not "closed"',
  ],
  ["no network at all", { ...CLOSED, sshFrom: [] }, "shop/rack: sshFrom is []; would let nobody in"],
  [
    "a name",
    { ...CLOSED, sshFrom: ["office"] },
    'shop/rack: sshFrom.0 is "office", which is no address and no network',
  ],
  ["an address that is no network's first", { ...CLOSED, sshFrom: ["198.51.100.7/24"] }, 'write "198.51.100.0/24"'],
  ["one twice", { ...CLOSED, sshFrom: ["198.51.100.7", "198.51.100.7/32"] }, "which is there already"],
])("%s is refused", (_, site, message) => {
  expect(() => threeServers(site)).toThrow(message);
});
