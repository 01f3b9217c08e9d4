import { Aspects, TerraformVariable } from "../../../lib/cdktf";
import { HaWebTier, Machines, WebApp, type AddedSoftwareOptions } from "../../../lib";
import { secretPlaceholder } from "../../../lib/software/placeholders";
import type { Bundle } from "../../../lib/rollout/bundle";
import type { Machine } from "../../../lib/contracts/site";
import type { Software } from "../../../lib/software/software";
import { manifestSchema } from "../../../lib/manifest/manifest-schema";
import { once } from "../../../lib/core/once";
import { TestLoadBalancer, TestScaling } from "../../support/engines";
import { at, awsShop } from "../../support/aws";
import { bundleOf, fullSynth, hosts, SHOP_APP, resourceAt, shop, synth } from "../../support/hive";

const exporter = (rest: Partial<Software> = {}): Software => ({
  name: "exporter",
  packages: ["prometheus-node-exporter"],
  files: [{ path: "/etc/exporter/web.conf", content: "colour=yellow\n" }],
  services: [{ unit: "exporter.service", onChange: "restart", watches: ["/etc/exporter/web.conf"] }],
  gate: [],
  ports: [{ port: 9100, protocol: "tcp", address: "*", from: ["10.77.9.9"], purpose: "exporter, metrics" }],
  ...rest,
});
const role = (name: string) => ({ machines: Machines.labelled({ role: name }) });
const labelled = () => shop({ db: role("db"), web: role("web"), entrance: role("lb") });
type Added = Software | ((machine: Machine) => Software);
const withAdded = (software: Added, options?: AddedSoftwareOptions) => {
  const hive = labelled();
  hive.web.addSoftware(software, options);
  return hive;
};
const bundle = (hive: ReturnType<typeof shop>, tier = "web", machine = "web-1") =>
  JSON.parse(bundleOf(hive.stack, tier, machine)) as Bundle;
const names = (hive: ReturnType<typeof shop>, machine = "web-1") =>
  bundle(hive, "web", machine).software.map(({ name }) => name);

describe("added software", () => {
  test("comes last in the tier's own bundle, behind a table that opens its ports to whom they name", () => {
    const plain = names(labelled());
    const hive = withAdded(exporter());
    expect(names(hive)).toEqual([...plain, "firewall-shop-web--added", "exporter"]);
    const [table] = bundle(hive).software.at(-2)!.files;
    expect(table).toMatchObject({
      path: "/etc/beehive/nftables/shop-web--added.nft",
      content: expect.stringContaining("tcp dport 9100 tcp flags & (syn | ack) == syn ip saddr != { 10.77.9.9 } drop"),
    });
    expect(bundle(hive).software.at(-1)).toEqual(exporter());
  });

  test("needs no table when the world may connect", () => {
    const [port] = exporter().ports;
    const hive = withAdded(exporter({ ports: [{ ...port!, from: "world" }] }));
    expect(names(hive)).toEqual([...names(labelled()), "exporter"]);
  });

  test("has its packages installed beforehand, side by side, and listed in the manifest", () => {
    const { machines } = manifestSchema.parse(JSON.parse(fullSynth(withAdded(exporter()).stack).read("beehive.json")));
    const having = machines.filter(({ packages }) => packages.includes("prometheus-node-exporter"));
    expect(having.map(({ name }) => name)).toEqual(["web-1", "web-2", "web-3"]);
  });

  test("is one file for all machines, whether it is the same or made for each", () => {
    const source = (hive: ReturnType<typeof shop>, machine: string) =>
      resourceAt(hive.stack, `web/rollout/${machine}`).provisioner![0]!.file!.source;
    for (const added of [
      exporter(),
      ({ privateAddress }: Machine) =>
        exporter({ files: [{ path: "/etc/exporter/web.conf", content: `listen=${privateAddress}\n` }] }),
    ]) {
      const hive = withAdded(added);
      expect(source(hive, "web-1")).toBe(source(hive, "web-3"));
    }
  });

  test("may differ from machine to machine", () => {
    const hive = withAdded(({ zone }) =>
      exporter({ files: [{ path: "/etc/exporter/web.conf", content: `zone=${zone}\n` }] }),
    );
    expect(bundle(hive, "web", "web-2").software.at(-1)!.files[0]!.content).toBe("zone=b\n");
  });

  test("changes no other tier and no name in Terraform", () => {
    const [before, after] = [labelled(), withAdded(exporter())];
    expect(bundleOf(after.stack, "db", "db-1")).toBe(bundleOf(before.stack, "db", "db-1"));
    expect(Object.keys(synth(after.stack).resource.terraform_data)).toEqual(
      Object.keys(synth(before.stack).resource.terraform_data),
    );
  });

  test("is let through the cloud's own firewall to whom its ports name, and to nobody else", () => {
    const { stack, web, db } = awsShop();
    web.addSoftware(({ privateAddress: address }) => {
      const from = [...db.machines.map((machine) => machine.privateAddress), "192.0.2.9"];
      return exporter({ ports: [{ ...exporter().ports[0]!, address, from }] });
    });
    const rules = at(stack, "cloud/firewall/tiers/web/in/Resource").for_each as Record<string, object>;
    expect(Object.keys(rules).filter((key) => key.includes("9100"))).toEqual([
      "tcp-9100-192.0.2.9",
      "tcp-9100-shop/db",
    ]);
  });

  test("may name the property that chooses its port", () => {
    const ports = [{ ...exporter().ports[0]!, property: "exporterPort" }];
    expect(bundle(withAdded(exporter({ ports }))).software.at(-1)!.ports).toEqual(ports);
  });

  test("may come from an aspect", () => {
    const { app, stack, web } = labelled();
    const add = once(() => web.addSoftware(exporter()));
    Aspects.of(stack).add({ visit: (node) => node === stack && add() });
    app.synth();
    expect(bundleOf(stack, "web", "web-1")).toContain("colour=yellow");
  });

  test("brings secrets that no file of the synthesis shows", () => {
    const { stack, web } = labelled();
    const token = new TerraformVariable(stack, "token", { type: "string", sensitive: true });
    const content = `token=${secretPlaceholder("exporter-token")}\n`;
    web.addSoftware(exporter({ services: [], files: [{ path: "/etc/exporter/token", content, mode: "0600" }] }), {
      secrets: { "exporter-token": token.stringValue },
    });
    expect((JSON.parse(bundleOf(stack, "web", "web-1")) as Bundle).secrets).toEqual([
      "database/shop-db/authority",
      "database/shop-db/shop",
      "exporter-token",
    ]);
    const { provisioner = [], triggers_replace } = resourceAt(stack, "web/rollout/web-1");
    const contents = provisioner.flatMap((step) => (step.file?.content as string | undefined) ?? []);
    expect(contents).toEqual([
      expect.stringMatching(
        /^\$\{jsonencode\(\{"database\/shop-db\/shop" = var\.db\w+, "database\/shop-db\/authority" = sha256\(.*\), "exporter-token" = var\.token\}\)\}$/,
      ),
    ]);
    expect(triggers_replace!.secrets).toContain("var.token");
  });

  test("brings secrets to a tier that has none", () => {
    const { stack, entrance } = labelled();
    const token = new TerraformVariable(stack, "token", { type: "string", sensitive: true });
    entrance.addSoftware(exporter(), { secrets: { "exporter-token": token.stringValue } });
    const { provisioner = [] } = resourceAt(stack, "entrance/rollout/lb-1");
    expect(JSON.stringify(provisioner)).toContain("shop-entrance.${self.id}.secrets.json");
  });
});

describe("added software is refused", () => {
  const refusals = (hive: ReturnType<typeof shop>): string => {
    try {
      synth(hive.stack);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };

  test("after the stack was rendered", () => {
    const { stack, web } = labelled();
    synth(stack);
    expect(() => web.addSoftware(exporter())).toThrow(
      'shop/web: software "exporter" comes after the stack was rendered for synthesis',
    );
  });

  test("where a provider runs the tier, and where its servers come and go", () => {
    const { entrance, web } = shop({
      db: role("db"),
      web: { servers: undefined, scaling: new TestScaling() },
      entrance: { servers: undefined, address: undefined, engine: new TestLoadBalancer() },
    });
    for (const tier of [entrance, web]) {
      expect(() => tier.addSoftware(exporter())).toThrow(
        `${tier.path}: addSoftware was given software "exporter", but this tier has no machines of its site: ` +
          "a provider runs it, or its servers come and go. Add it to a tier with fixed machines.",
      );
    }
  });

  const file = (path: string, rest = {}) => ({ files: [{ path, content: "", ...rest }] });
  test.each<[string, Partial<Software>, string]>([
    ["a name with a space", { name: "my exporter" }, 'software.name is "my exporter"; must be letters, digits'],
    [
      "a package of another name",
      { packages: ["Exporter"] },
      'software.packages.0 is "Exporter"; must be the name of a D',
    ],
    ["a relative path", file("etc/x"), 'software.files.0.path is "etc/x"; must be an absolute path'],
    ["a path with ..", file("/etc/../root/x"), "must be an absolute path without"],
    ["a folder as a file", file("/etc/exporter/"), "must be an absolute path without"],
    ["a path of the kernel", file("/proc/sys/x"), "is Beehive's or the kernel's own"],
    ["Beehive's own state", file("/var/lib/beehive/rollout/shop-web/state.json"), "is Beehive's or the kernel's own"],
    ["a unit file that is no unit", file("/etc/systemd/system/exporter"), "no unit is named so; end it in .service"],
    ["a mode that is none", file("/etc/x", { mode: "rw" }), 'software.files.0.mode is "rw"; must be octal digits'],
    ["a file twice", { files: [...file("/etc/x").files, ...file("/etc/x").files] }, 'has "/etc/x" twice'],
    [
      "a unit without suffix",
      { services: [{ unit: "exporter", onChange: "restart", watches: [] }] },
      'software.services.0.unit is "exporter"; must be the name of a unit with its suffix',
    ],
    [
      "a port that is none",
      { ports: [{ ...exporter().ports[0]!, port: 70_000 }] },
      "software.ports.0.port is 70000; a port is 1 to 65535.",
    ],
    [
      "a source that is no address",
      { ports: [{ ...exporter().ports[0]!, from: ["monitoring"] }] },
      'software.ports.0.from.0 is "monitoring"; must be an IP address or a CIDR',
    ],
    [
      "a secret that it does not bring",
      file("/etc/x", { content: secretPlaceholder("key") }),
      'software "exporter" names the secret "key"; the secrets that it was given are none.',
    ],
    [
      "a property that is none",
      { port: 9100 } as never,
      '"software.port" is no property here; allowed are name, packages',
    ],
  ])("with %s", (_, change, message) => {
    const text = (() => {
      try {
        withAdded(exporter({ ...change, ...("files" in change ? {} : { files: [] }) }));
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(text).toContain(`shop/web: `);
    expect(text).toContain(message);
    // What a function makes is looked at as closely, when it is made.
    expect(refusals(withAdded(() => exporter(change)))).toContain(message);
  });

  test("with a secret in plain text", () => {
    expect(() => withAdded(exporter(), { secrets: { key: "abc" } })).toThrow(
      "shop/web: options.secrets.key is written into the program",
    );
  });

  test("with a secret of the tier's own name", () => {
    const { stack, web } = labelled();
    const token = new TerraformVariable(stack, "token", { type: "string", sensitive: true });
    expect(() => web.addSoftware(exporter(), { secrets: { "database/shop-db/shop": token.stringValue } })).toThrow(
      'shop/web: options.secrets has "database/shop-db/shop", which is a secret of the tier itself',
    );
  });

  test("twice under one name", () => {
    const hive = withAdded(exporter());
    hive.web.addSoftware(exporter());
    expect(refusals(hive)).toContain(
      'shop/web: addSoftware was given two that are named "exporter" on machine web-1; a name is unique on a machine.',
    );
  });

  test("where the tier has the file, with both owners and the fix", () => {
    const own = bundle(labelled()).software.find(({ name }) => name.includes("php"))!;
    const [{ path }] = own.files as unknown as [{ path: string }];
    expect(refusals(withAdded(exporter(file(path))))).toContain(
      `shop/web: the file or folder "${path}" is wanted twice on a machine: by software "exporter" added to shop/web and by ` +
        `"${own.name}" of shop/web. Give the added one a name of its own, or add it to a tier on other machines.`,
    );
  });

  test("where the tier has the unit, or keeps it from running", () => {
    const service = (unit: string) => ({ services: [{ unit, onChange: "restart" as const, watches: [] }] });
    expect(refusals(withAdded(exporter(service("beehive-nginx-shop-web.service"))))).toContain(
      'the unit "beehive-nginx-shop-web.service" is wanted twice on a machine: by software "exporter" added to shop/web',
    );
    expect(refusals(withAdded(exporter(service("nginx.service"))))).toMatch(
      /the unit "nginx.service" is run by software "exporter" added to shop\/web, and kept from running by ".*" of shop\/web/,
    );
    expect(refusals(withAdded(exporter({ unusedUnits: ["beehive-nginx-*"] })))).toMatch(
      /is run by ".*" of shop\/web, and kept from running by software "exporter" added to shop\/web/,
    );
  });

  test("where the tier listens on the port", () => {
    const ports = [{ ...exporter().ports[0]!, port: 8080 }];
    expect(refusals(withAdded(exporter({ ports })))).toContain(
      "shop/web: port 8080 on every address of machines web-1, web-2, web-3 is wanted twice: by exporter, metrics of shop/web and by " +
        "nginx, HTTP of shop/web (app.port). Change the port of exporter, metrics or app.port of shop/web.",
    );
  });

  const sharing = () => {
    const hive = shop({
      hosts: hosts({ lb: 2, web: 3, db: 3 }),
      db: role("db"),
      web: role("web"),
      entrance: role("lb"),
    });
    const { stack, site } = hive;
    const blog = new HaWebTier(stack, "blog", {
      site,
      ...role("web"),
      app: WebApp.php({ source: SHOP_APP, healthPath: "/health", port: 8081 }),
    });
    return { ...hive, blog };
  };

  test("where another tier of the machine has the port, the file or the unit", () => {
    const hive = sharing();
    hive.web.addSoftware(exporter());
    hive.blog.addSoftware(exporter());
    const text = refusals(hive);
    expect(text).toMatch(/port 9100 on every address of machines web-1, web-2, web-3 is wanted twice/);
    expect(text).toContain(
      'shop/blog: the file or folder "/etc/exporter/web.conf" is wanted twice on a machine: by software "exporter" added to ' +
        'shop/blog and by software "exporter" added to shop/web.',
    );
    expect(text).toContain('shop/blog: the unit "exporter.service" is wanted twice');
  });

  test("not where two agree on a folder", () => {
    const folder = { path: "/etc/exporter", mode: "0750" };
    const second = { name: "second", services: [], ports: [], directories: [folder], ...file("/etc/exporter/b.conf") };
    const hive = withAdded(exporter({ directories: [folder] }));
    hive.web.addSoftware(exporter(second));
    expect(refusals(hive)).toBe("");
    const other = withAdded(exporter({ directories: [folder] }));
    other.web.addSoftware(exporter({ ...second, directories: [{ ...folder, mode: "0700" }] }));
    expect(refusals(other)).toContain('the file or folder "/etc/exporter" is wanted twice');
  });
});
