import { HostsSite, Machines, type HostProps } from "../../../../lib";
import { TerraformStack, Testing } from "../../../../lib/cdktf";
import { fullSynth, hosts, resourceAt, shop } from "../../../support/hive";

const site = (host: Partial<HostProps>) => () => {
  const [first, ...others] = hosts({ web: 2 });
  return new HostsSite(new TerraformStack(Testing.app(), "shop"), "rack", {
    ssh: { hostKey: "any" },
    hosts: [{ ...first!, ...host }, ...others],
  });
};

test.each([
  [
    "nginx",
    'shop/rack: hosts.0.takeOver.0 is "nginx", which is no name of a systemd unit; write it with its kind, for example "nginx.service".',
  ],
  [
    "a b.service",
    'shop/rack: hosts.0.takeOver.0 is "a b.service", which is no name of a systemd unit; write it with its kind, for example "nginx.service".',
  ],
  [
    "ssh.service",
    'shop/rack: hosts.0.takeOver.0 is "ssh.service", without which nobody reaches the machine any more; ' +
      'name only units whose place a tier needs, such as "nginx.service".',
  ],
  [
    "systemd-networkd.service",
    'shop/rack: hosts.0.takeOver.0 is "systemd-networkd.service", without which nobody reaches the machine any more; ' +
      'name only units whose place a tier needs, such as "nginx.service".',
  ],
  [
    "beehive-php-shop-web.service",
    `shop/rack: hosts.0.takeOver.0 is "beehive-php-shop-web.service", which is one of Beehive's own; ` +
      'name only units whose place a tier needs, such as "nginx.service".',
  ],
])("%s cannot be taken over", (unit, message) => {
  expect(site({ takeOver: [unit] })).toThrow(message);
});

test.each(["nginx.service", "php8.4-fpm.service", "postgresql@15-main.service", "cockpit.socket", "ufw.service"])(
  "%s can be taken over",
  (unit) => {
    expect(site({ takeOver: [unit] })).not.toThrow();
  },
);

/** What the first step of a deploy asks of a host: file, and the command that reads it. */
function prepared(host: Partial<HostProps>) {
  const all = hosts({ lb: 2, web: 3, db: 3 });
  const on = (role: string) => ({ machines: Machines.labelled({ role }) });
  const { stack } = shop({
    hosts: all.map((one) => (one.name === "web-2" ? { ...one, ...host } : one)),
    ...{ db: on("db"), web: on("web"), entrance: on("lb") },
  });
  const { read } = fullSynth(stack);
  return (name: string) => {
    const { provisioner = [] } = resourceAt(stack, `rack/${name}/prepare/Resource`);
    const source = provisioner
      .map((step) => step.file)
      .find((file) => (file?.destination as string | undefined)?.startsWith(".beehive/packages."));
    const request = (source!.source as string).replace("${path.module}/", "");
    const last = provisioner.at(-1)!["remote-exec"]!.inline as string[];
    return { file: request, request: JSON.parse(read(request)) as Record<string, unknown>, last };
  };
}

test("a host is asked for what its tiers need there, before anything is installed", () => {
  const { request, last } = prepared({ takeOver: ["nginx.service"], keepFirewall: true, sharedWith: ["blog"] })(
    "web-2",
  );
  expect(request).toMatchObject({
    host: { hive: "shop", takeOver: ["nginx.service"], keepFirewall: true, sharedWith: ["blog"] },
    unused: expect.arrayContaining(["nginx.service", "php*-fpm.service"]),
    ports: expect.arrayContaining([
      {
        protocol: "tcp",
        port: 8080,
        address: "{{beehive:self:address}}",
        purpose: "nginx, HTTP",
        property: "app.port",
      },
    ]),
  });
  expect(last.map((line) => line.trim().split(" ").slice(0, 7).join(" "))).toEqual([
    "set -e",
    expect.stringContaining("trap 'rm -f"),
    "python3 .beehive/beehive-apply.${self.id} prepare --name web-2 --address 10.77.1.12",
    "install -D -m 0755 .beehive/beehive-apply.${self.id} /usr/local/lib/beehive/beehive-apply.${self.id}",
    "mv -f /usr/local/lib/beehive/beehive-apply.${self.id} /usr/local/lib/beehive/beehive-apply",
  ]);
});

test("hosts that are asked for the same share the question", () => {
  const of = prepared({});
  const questions = ["lb", "web", "db"].map((role) => new Set([1, 2].map((i) => of(`${role}-${i}`).file)));
  expect(questions.map(({ size }) => size)).toEqual([1, 1, 1]);
  expect(prepared({ keepFirewall: true })("web-2").file).not.toBe(of("web-2").file);
});
