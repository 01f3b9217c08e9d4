import { execFile } from "node:child_process";
import { closedFirewall, type SshDoor } from "../../../../lib/software/kit/closed-firewall";
import type { Port } from "../../../../lib/software/software";

const PORT: Port = { port: 8080, protocol: "tcp", address: "10.80.0.21", from: ["10.80.0.11"], purpose: "nginx" };
const MARK = "meta mark set meta mark | 0x00200000";

const software = (ports: readonly Port[], ssh: Partial<SshDoor> = {}) =>
  closedFirewall({ instance: "shop-web", constructPath: "shop/web", ports, ssh: { port: 22, from: [], ...ssh } });

/** Rules by chain. */
function chains(ports: readonly Port[], ssh: Partial<SshDoor> = {}): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  let rules: string[] = [];
  for (const line of software(ports, ssh)
    .files[0]!.content.split("\n")
    .map((text) => text.trim())) {
    const [, name] = /^chain (\w+) \{$/.exec(line) ?? [];
    if (name !== undefined) rules = found[name] = [];
    else if (!/^(table|delete|type|#|\}|$)/.test(line)) rules.push(line);
  }
  return found;
}

test("what nobody has declared is dropped, and a machine stays a machine", () => {
  expect(chains([])).toEqual({
    declared: [],
    closed: [
      "iif lo accept",
      "meta mark & 0x00200000 == 0x00200000 accept",
      "tcp flags & (syn | ack) != syn accept",
      "ct state established,related accept",
      "meta l4proto { 1, 58 } accept",
      'udp sport 67 udp dport 68 accept comment "DHCP"',
      'ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept comment "DHCPv6"',
      'tcp dport 22 accept comment "SSH"',
      "drop",
    ],
  });
});

test("a port is open to whom it names, at the address that it names", () => {
  const { declared } = chains([PORT, { ...PORT, port: 100, protocol: "vrrp", purpose: "VRRP" }]);
  expect(declared).toEqual([
    `ip daddr 10.80.0.21 tcp dport 8080 ip saddr { 10.80.0.11 } ${MARK} comment "nginx"`,
    `ip daddr 10.80.0.21 meta l4proto 112 @th,8,8 100 ip saddr { 10.80.0.11 } ${MARK} comment "VRRP"`,
  ]);
});

test("one for the world is open to the world, and the kernel does not track its connections", () => {
  const world: Port = { ...PORT, port: 80, from: "world", purpose: "HAProxy" };
  expect(chains([world])).toMatchObject({
    visitors: ["ip daddr 10.80.0.21 tcp dport 80 notrack"],
    answers: ["ip saddr 10.80.0.21 tcp sport 80 notrack"],
    declared: [`ip daddr 10.80.0.21 tcp dport 80 ${MARK} comment "HAProxy"`],
  });
});

test("one on every address is open on those of the machine, in the families of its sources", () => {
  const { declared } = chains([{ ...PORT, address: "*", from: ["2001:db8::/64"] }]);
  expect(declared).toEqual([
    `meta nfproto ipv6 fib daddr type local tcp dport 8080 ip6 saddr { 2001:db8::/64 } ${MARK} comment "nginx"`,
  ]);
});

test("one for this machine alone, or for nobody, is not open", () => {
  const local: Port[] = [
    { ...PORT, from: "localhost", address: "*" },
    { ...PORT, address: "127.0.0.1" },
    { ...PORT, from: [] },
  ];
  expect(chains(local).declared).toEqual([]);
});

test("SSH is open from the networks that were given, each in its family, on its port", () => {
  const { closed } = chains([], { port: 2222, from: ["198.51.100.0/24", "2001:db8::/48"] });
  expect(closed!.filter((rule) => rule.includes("2222"))).toEqual([
    'ip saddr 198.51.100.0/24 tcp dport 2222 accept comment "SSH"',
    'ip6 saddr 2001:db8::/48 tcp dport 2222 accept comment "SSH"',
  ]);
});

describe("a deploy that would lock itself out", () => {
  /** The check of a machine whose deploy comes from an address. */
  const deployFrom = (client: string, from: readonly string[]) => {
    const [program, ...words] = software([], { from }).checks![0]!.command;
    const env = { ...process.env, SSH_CONNECTION: `${client} 40000 10.80.0.21 22` };
    return new Promise<string>((done) =>
      execFile(program!, words, { env }, (error, _out, said) => done(error === null ? "" : said.trim())),
    );
  };

  test.each([
    ["198.51.100.7", ["198.51.100.0/24"]],
    ["2001:db8::7", ["198.51.100.7", "2001:db8::/48"]],
    ["::ffff:198.51.100.7", ["198.51.100.7"]],
  ])("is none when it comes from %s and %p may come in", async (client, from) => {
    expect(await deployFrom(client, from)).toBe("");
  });

  test("is refused, with its address and what to do", async () => {
    expect(await deployFrom("203.0.113.9", ["198.51.100.0/24", "2001:db8::/48"])).toBe(
      "this deploy comes from 203.0.113.9, which is in none of 198.51.100.0/24, 2001:db8::/48 (sshFrom): " +
        "the next one would be locked out. Add its network, or that of the bastion",
    );
  });

  test("is no question where SSH is open to everybody", () => {
    expect(software([]).checks).toBeUndefined();
  });
});
