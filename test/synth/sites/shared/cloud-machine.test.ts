import * as fs from "node:fs";
import * as path from "node:path";
import { TerraformStack, Testing } from "../../../../lib/cdktf";
import { HostsSite, Machines } from "../../../../lib";
import { RunningHive } from "../../../../lib/drills/running-hive";
import { Hive } from "../../../../lib/stack/hive";
import { planNetworks } from "../../../../lib/lab/subnets";
import { manifestSchema } from "../../../../lib/manifest/manifest-schema";
import { Rollout } from "../../../../lib/rollout/rollout";
import { factPlaceholder } from "../../../../lib/software/placeholders";
import { fullSynth, resourceAt, synth, type TerraformData } from "../../../support/hive";
import { FakeResource } from "../../../support/fake-resource";
import { cloudShop, TinyCloud } from "../../../support/tiny-cloud";

const { stack } = cloudShop();
const task = (constructPath: string): TerraformData => resourceAt(stack, constructPath);
const provisioners = (constructPath: string) => task(constructPath).provisioner ?? [];
/** What a `file` provisioner delivers, by where it delivers it to. */
const delivered = (constructPath: string): Record<string, string> =>
  Object.fromEntries(
    provisioners(constructPath).flatMap(({ file }) =>
      file === undefined ? [] : [[file.destination as string, (file.content ?? file.source) as string]],
    ),
  );

describe("a machine that Terraform makes", () => {
  test("has logical ids from its name, never from its position", () => {
    const ids = Object.keys(synth(stack).resource.terraform_data).filter((id) => id.startsWith("cloud_web-b"));
    expect(ids.sort()).toEqual([
      "cloud_web-b_746F9054",
      "cloud_web-b_prepare_9319E8CB",
      "cloud_web-b_public-ip_15213708",
      "cloud_web-b_ssh-rule_ADEBE1F0",
    ]);
  });

  test("is reached at an address that only Terraform knows, with time to boot", () => {
    expect(task("cloud/web-b/prepare/Resource").connection).toEqual({
      type: "ssh",
      agent: "true",
      host: "${terraform_data.cloud_web-b_public-ip_15213708.output}",
      port: 22,
      user: "admin",
      timeout: "300s",
      script_path: ".beehive/script-%RAND%.sh",
    });
  });

  test("runs no script from a folder that other accounts may write to", () => {
    const { provisioner } = task("cloud/web-b/prepare/Resource");
    // The first one makes the folder of the others, closed to everyone else; .ssh is there, because SSH let Terraform in.
    expect(provisioner?.[0]?.["remote-exec"]?.connection).toMatchObject({ script_path: ".ssh/beehive-%RAND%.sh" });
    expect(provisioner?.slice(1).map((one) => one["remote-exec"]?.connection)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(task("web/rollout/web-b").connection).toMatchObject({ script_path: ".beehive/script-%RAND%.sh" });
  });

  test("is prepared when SSH may reach it and cloud-init has written the package sources", () => {
    const { depends_on: after, provisioner } = task("cloud/web-b/prepare/Resource");
    expect(after).toEqual(["terraform_data.cloud_web-b_ssh-rule_ADEBE1F0"]);
    expect(provisioner?.[0]?.["remote-exec"]?.inline).toEqual([
      "set -e",
      "! command -v cloud-init >/dev/null || cloud-init status --wait >/dev/null || true",
      expect.stringMatching(
        /^sudo -n true 2>\/dev\/null \|\| \{ echo "beehive: REFUSED: sudo asks admin for a password.*exit 1; \}$/,
      ),
      "umask 077; mkdir -p .beehive; chmod 700 .beehive",
      expect.stringContaining("install python3"),
    ]);
  });

  test("is remembered by what leads to it, so that it can be told to stop", () => {
    expect(task("web/members/Resource").for_each?.["web-b"]).toMatchObject({
      name: "web-b",
      host: "${terraform_data.cloud_web-b_public-ip_15213708.output}",
      user: "admin",
      sudo: "sudo",
      group: "shop-web",
    });
  });

  test("needs another name than the machines of other sites", () => {
    const other = cloudShop().stack;
    const rack = new HostsSite(other, "rack", { hosts: [{ name: "web-b", address: "10.77.0.1", zone: "a" }] });
    expect(() => rack.provide({ tier: "shop/x", noun: "servers", machines: Machines.named("web-b") })).toThrow(
      'shop/rack/web-b: the name "web-b" is taken by a machine of shop/cloud;',
    );
  });
});

describe("the addresses of such machines", () => {
  test("stand as facts in what a rollout delivers, and their expressions in a file beside it", () => {
    const files = delivered("web/rollout/web-b");
    expect(Object.keys(files)).toEqual([
      ".beehive/shop-web.${self.id}.json",
      ".beehive/shop-web.${self.id}.facts.json",
      ".beehive/shop-web.${self.id}.secrets.json",
    ]);
    expect(files[".beehive/shop-web.${self.id}.facts.json"]).toBe(
      '${jsonencode({"address/db-a" = terraform_data.cloud_db-a_BA9602A3.output, ' +
        '"address/db-b" = terraform_data.cloud_db-b_18A23669.output, ' +
        '"address/db-c" = terraform_data.cloud_db-c_C6262950.output})}',
    );
  });

  test("are told to the program on the machine", () => {
    const [files, program] = [".beehive/shop-web.${self.id}", "/usr/local/lib/beehive/beehive-apply"];
    const content = String(task("web/rollout/web-b").triggers_replace?.content);
    expect(provisioners("web/rollout/web-b").at(-1)?.["remote-exec"]?.inline).toEqual([
      `sudo ${program} apply --name web-b --address \${terraform_data.cloud_web-b_746F9054.output} --facts ${files}.facts.json ` +
        `--content ${content} --by '\${try(replace(basename(pathexpand("~")), "/[^A-Za-z0-9_.@-]/", ""), "")}' ` +
        `--connection "$SSH_CONNECTION" ${files}.json ${files}.secrets.json; ` +
        `status=$?; rm -f ${files}.json ${files}.facts.json ${files}.secrets.json; exit $status`,
    ]);
  });

  test("make a rollout run again when those change that it names; its own is part of which machine it is", () => {
    const facts = delivered("web/rollout/web-b")[".beehive/shop-web.${self.id}.facts.json"]!;
    expect(task("web/rollout/web-b").triggers_replace).toEqual({
      machine: "${terraform_data.cloud_web-b_746F9054.id}",
      content: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      facts: facts.replace(/^\$\{(.*)\}$/, "${sha256($1)}"),
      secrets: expect.stringMatching(/^\$\{sha256\(jsonencode\(/) as string,
    });
  });

  test("are no facts where existing hosts have theirs", () => {
    const hosts = new TerraformStack(Testing.app(), "shop");
    const site = new HostsSite(hosts, "rack", { hosts: [{ name: "web-a", address: "10.77.0.1", zone: "a" }] });
    rolloutOf(hosts, site.provide({ tier: "shop/x", noun: "servers", machines: Machines.named("web-a") }), "plain");
    expect(Object.keys(resourceAt(hosts, "rollout/web-a").triggers_replace ?? {})).toEqual(["content", "machine"]);
  });

  test("keep machines of a tier on one file", () => {
    const { folder } = fullSynth(stack);
    const files = fs.readdirSync(path.join(folder, "beehive"));
    expect(files.filter((file) => file.startsWith("shop-web."))).toHaveLength(1);
    expect(files.filter((file) => file.startsWith("machine-data."))).toHaveLength(1);
  });

  test("are absent from the manifest, which is valid all the same", () => {
    const manifest = manifestSchema.parse(JSON.parse(fullSynth(stack).read("beehive.json")));
    expect(
      manifest.machines.map(({ name, zone, address, privateAddress }) => [name, zone, address, privateAddress]),
    ).toEqual(
      ["db-a", "db-b", "db-c", "web-a", "web-b", "web-c"].map((name) => [name, name.at(-1), undefined, undefined]),
    );
  });

  test("are what the lab and the drills say that they miss", () => {
    const manifest = Hive.of(stack).manifest();
    const names = "db-a, db-b, db-c, web-a, web-b, web-c, because a cloud gives it out when Terraform applies";
    expect(() => planNetworks(manifest)).toThrow(
      `the manifest has no address for ${names}. The lab boots machines with`,
    );
    expect(() => new RunningHive(manifest, {} as never)).toThrow(
      `the manifest of stack shop has no address for ${names}; a drill has to reach every machine.`,
    );
  });
});

/** Delivers a file with this text, and nothing else. */
function rolloutOf(scope: TerraformStack, machines: ReturnType<TinyCloud["provide"]>, content: string): Rollout {
  const software = [{ name: "one", packages: [], files: [{ path: "/x", content }], services: [], gate: [], ports: [] }];
  return new Rollout(scope, "rollout", { instance: "x", tier: "shop/x", machines, software: () => software });
}

describe("a fact", () => {
  const program = (content: string) => {
    const own = new TerraformStack(Testing.app(), "shop");
    const cloud = new TinyCloud(own, "cloud");
    const source = new FakeResource(own, "source", "value");
    rolloutOf(
      own,
      cloud.provide({ tier: "shop/x", noun: "servers", count: 1, machines: Machines.automatic() }),
      content,
    );
    return { own, hive: Hive.of(own), source };
  };
  const TEXT = "{{beehive:fact:host}}";

  test("that software names reaches it, a text with an expression in it, too", () => {
    const { own, hive, source } = program(TEXT);
    expect(hive.addFact("host", `db.${source.output}.example`, "shop/y")).toBe(TEXT);
    const facts = resourceAt(own, "rollout/x-a").provisioner?.[1]?.file?.content;
    expect(facts).toBe('${jsonencode({"host" = join("", ["db.", terraform_data.source.output, ".example"])})}');
  });

  test("that no software names changes no rollout", () => {
    const before = resourceAt(program("plain").own, "rollout/x-a");
    const { own, hive, source } = program("plain");
    hive.addFact("host", source.output, "shop/y");
    expect(resourceAt(own, "rollout/x-a")).toEqual(before);
  });

  test("may be claimed twice with the same expression", () => {
    const { hive, source } = program(TEXT);
    hive.addFact("host", source.output, "shop/y");
    expect(hive.addFact("host", source.output, "shop/z")).toBe(TEXT);
  });

  test("claimed twice with another expression is refused", () => {
    const { hive, source } = program(TEXT);
    hive.addFact("host", source.output, "shop/y");
    expect(() => hive.addFact("host", source.id, "shop/z")).toThrow(
      'shop/z: the fact "host" is "${terraform_data.source.id}", but shop/y has made it "${terraform_data.source.output}"; ' +
        "a fact has one value in a stack. Give one of them another name.",
    );
  });

  test("that nobody has made is refused when the stack is synthesized", () => {
    const { own } = program(factPlaceholder("hosts"));
    expect(() => synth(own)).toThrow(
      'shop: software names the fact "hosts", which nothing in the stack has made; the facts are address/x-a, public-address/x-a.',
    );
  });
});

describe("a volume for data", () => {
  test("is mounted when it is attached, and before a tier comes to the machine", () => {
    expect(task("cloud/db-b/data/db-b").depends_on).toEqual([
      "terraform_data.cloud_db-b_attachment_BC85ED5E",
      "terraform_data.cloud_db-b_prepare_9B337BFC",
    ]);
    expect(task("db/rollout/db-b").depends_on).toEqual([
      expect.stringMatching(/^terraform_data\.db_rollout_db-a_/),
      expect.stringMatching(/^terraform_data\.cloud_db-b_data_db-b_/),
    ]);
  });

  test("is told to its machine alone", () => {
    expect(delivered("cloud/db-b/data/db-b")[".beehive/machine-data.${self.id}.facts.json"]).toBe(
      '${jsonencode({"device/db-b/data" = join("", ["/dev/disk/by-id/", terraform_data.cloud_db-b_volume_57585F6A.output])})}',
    );
    expect(delivered("db/rollout/db-b")[".beehive/shop-db.${self.id}.facts.json"]).not.toContain("device/");
  });

  test("stops MariaDB when it is missing, instead of letting it write beside it", () => {
    const [file] = Object.values(delivered("db/rollout/db-b"));
    expect(fullSynth(stack).read(file!.replace("${path.module}/", ""))).toContain("RequiresMountsFor=/var/lib/mysql");
  });

  test("is nobody who talks: it counts for no firewall", () => {
    const tiers = Hive.of(stack)
      .listenersOn(stack.node.findChild("cloud") as TinyCloud)
      .map(({ tier }) => tier);
    expect([...new Set(tiers)]).toEqual(["shop/db", "shop/web"]);
  });
});
