import { HaWebTier, Machines } from "../../../../lib";
import { dropletShop, type DropletHiveOptions } from "../../../support/digitalocean";
import { phpShop } from "../../../support/hive";
import { describeWithMirror } from "../../../support/mirror";
import { Rehearsal, type PlannedChanges } from "../../../support/rehearsal";

jest.setTimeout(180_000);

const SECRETS = {
  db_cluster_secret: "0123456789abcdef",
  db_shop_password: "0123456789abcdef",
  entrance_reserved_ip_token: "dop_v1_0123456789abcdef0123456789abcdef",
};
const NOTHING: PlannedChanges = { created: [], updated: [], replaced: [], destroyed: [] };
const PROJECT = "7d1f0d5e-1f4d-4c9b-9c51-0123456789ab";

/** Droplets and networks only; volumes that a test may throw away. */
const shop = (options: DropletHiveOptions = {}) =>
  dropletShop({
    infrastructure: true,
    ...options,
    site: { dataVolumes: { db: { protected: false } }, project: PROJECT, ...options.site },
  }).stack;

const WEBS = ["web-fra1", "web-ams3", "web-ams3-2", "web-lon1"];

const webs = (...names: string[]): DropletHiveOptions => ({
  web: { servers: undefined, machines: Machines.named(...names) },
});

/** `digitalocean_droplet.cloud_web-fra1_9EDA4B42` without the hash. */
const plain = (addresses: readonly string[]) => addresses.map((address) => address.replace(/_[0-9A-F]{8}\b/, ""));

describeWithMirror("DigitalOcean", (mirror) => {
  const rehearsals: Rehearsal[] = [];
  const rehearsal = () => {
    const one = new Rehearsal(mirror, SECRETS);
    rehearsals.push(one);
    return one;
  };
  const applied = (options: DropletHiveOptions) => {
    const one = rehearsal().program(shop(options));
    one.plan();
    one.apply();
    return one;
  };
  let standing: Rehearsal | undefined;
  /** What another program would do to the shop as it stands. */
  const planOf = (options: DropletHiveOptions) =>
    (standing ??= applied(webs(...WEBS))).program(shop({ ...webs(...WEBS), ...options })).plan();
  afterAll(() => rehearsals.forEach((one) => one.remove()));

  test("Terraform finds the stack valid, without a warning", () => {
    expect(rehearsal().program(dropletShop().stack).validate()).toMatchObject({ valid: true, warning_count: 0 });
  });

  test("the plan of everything makes droplets, firewalls and rollouts", () => {
    const { created, ...rest } = rehearsal().program(dropletShop().stack).plan();
    expect(rest).toEqual({ updated: [], replaced: [], destroyed: [] });
    const amount = (type: string) => created.filter((address) => address.startsWith(`${type}.`)).length;
    expect(amount("digitalocean_droplet")).toBe(8);
    expect(plain(created.filter((address) => address.startsWith("digitalocean_firewall.")))).toEqual([
      "digitalocean_firewall.cloud_firewall",
      'digitalocean_firewall.cloud_firewall_tiers["db from web"]',
      'digitalocean_firewall.cloud_firewall_tiers["db"]',
      'digitalocean_firewall.cloud_firewall_tiers["entrance from web"]',
      'digitalocean_firewall.cloud_firewall_tiers["entrance"]',
      'digitalocean_firewall.cloud_firewall_tiers["web from db"]',
      'digitalocean_firewall.cloud_firewall_tiers["web from entrance"]',
    ]);
  });

  test("a second plan after apply is empty, and destroy leaves nothing", () => {
    const one = applied(webs(...WEBS));
    expect(one.plan()).toEqual(NOTHING);
    one.destroy();
    expect(one.state()).toEqual([]);
  });

  test("a volume is not destroyed unless the program gave it up", () => {
    const one = applied({ site: { dataVolumes: {} } });
    expect(() => one.destroy()).toThrow("Instance cannot be destroyed");
  });

  test("a machine more adds that machine and touches nothing else", () => {
    const names = ["web-fra1", "web-ams3", "web-lon1"];
    const changes = applied(webs(...names))
      .program(shop(webs(...names, "web-ams3-3")))
      .plan();
    expect({ ...changes, created: plain(changes.created) }).toEqual({
      ...NOTHING,
      created: [
        "digitalocean_droplet.cloud_web-ams3-3",
        "digitalocean_project_resources.cloud_web-ams3-3_project-resources",
        "terraform_data.cloud_web-ams3-3_prepare",
        'terraform_data.web_members["web-ams3-3"]',
        "terraform_data.web_rollout_web-ams3-3",
      ],
    });
  });

  test("a machine less in the middle removes that machine and touches nothing else", () => {
    const changes = planOf(webs(...WEBS.filter((name) => name !== "web-ams3")));
    expect({ ...changes, destroyed: plain(changes.destroyed) }).toEqual({
      ...NOTHING,
      destroyed: [
        "digitalocean_droplet.cloud_web-ams3",
        "digitalocean_project_resources.cloud_web-ams3_project-resources",
        "terraform_data.cloud_web-ams3_prepare",
        'terraform_data.web_members["web-ams3"]',
        "terraform_data.web_rollout_web-ams3",
      ],
    });
  });

  test("a region more adds its network and peerings, and what stands in it", () => {
    const names = ["web-fra1", "web-ams3", "web-lon1"];
    const more = { ...webs(...names, "web-nyc3"), site: { zones: ["fra1", "ams3", "lon1", "nyc3"] } };
    const changes = applied(webs(...names))
      .program(shop(more))
      .plan();
    expect({ ...changes, created: plain(changes.created) }).toEqual({
      ...NOTHING,
      created: [
        "digitalocean_droplet.cloud_web-nyc3",
        "digitalocean_project_resources.cloud_web-nyc3_project-resources",
        "digitalocean_vpc.cloud_network_nyc3",
        "digitalocean_vpc_peering.cloud_network_ams3-nyc3",
        "digitalocean_vpc_peering.cloud_network_fra1-nyc3",
        "digitalocean_vpc_peering.cloud_network_lon1-nyc3",
        "terraform_data.cloud_web-nyc3_prepare",
        'terraform_data.web_members["web-nyc3"]',
        "terraform_data.web_rollout_web-nyc3",
      ],
    });
  });

  test("a tier more adds its machines, its tag and its firewalls", () => {
    const changes = planOf({
      more: (stack, site, database) => void new HaWebTier(stack, "api", { site, servers: 2, app: phpShop(), database }),
    });
    expect({ ...changes, created: plain(changes.created) }).toEqual({
      ...NOTHING,
      created: [
        "digitalocean_droplet.cloud_api-ams3",
        "digitalocean_droplet.cloud_api-fra1",
        'digitalocean_firewall.cloud_firewall_tiers["api from db"]',
        'digitalocean_firewall.cloud_firewall_tiers["db from api"]',
        "digitalocean_project_resources.cloud_api-ams3_project-resources",
        "digitalocean_project_resources.cloud_api-fra1_project-resources",
        "digitalocean_tag.cloud_tags_tier-api",
        'terraform_data.api_members["api-ams3"]',
        'terraform_data.api_members["api-fra1"]',
        "terraform_data.api_members_settled",
        "terraform_data.api_rollout_api-ams3",
        "terraform_data.api_rollout_api-fra1",
        "terraform_data.cloud_api-ams3_prepare",
        "terraform_data.cloud_api-fra1_prepare",
      ],
    });
  });

  test("another image, key, first text or snapshot is for new droplets only", () => {
    const site = {
      image: "debian-12-x64",
      userData: "#cloud-config\n",
      ssh: { from: ["198.51.100.7/32"], publicKeyFile: undefined, keys: ["512190"] },
      dataVolumes: { db: { protected: false, snapshot: "4f6a3b2c" } },
    };
    const { created, updated, replaced, destroyed } = planOf({ site });
    expect({ created, updated, replaced }).toEqual({ created: [], updated: [], replaced: [] });
    expect(plain(destroyed)).toEqual(["digitalocean_ssh_key.cloud_keys"]);
  });

  test("another size changes droplets in place, and who may log in changes one firewall", () => {
    const ssh = { from: ["203.0.113.0/24"] };
    const { updated, ...rest } = planOf({ site: { sizes: { db: "s-2vcpu-4gb" }, ssh } });
    expect(rest).toEqual({ created: [], replaced: [], destroyed: [] });
    expect(plain(updated)).toEqual([
      "digitalocean_droplet.cloud_db-ams3",
      "digitalocean_droplet.cloud_db-fra1",
      "digitalocean_droplet.cloud_db-lon1",
      "digitalocean_firewall.cloud_firewall",
    ]);
  });

  test("another way to the machines makes no member leave", () => {
    const ssh = { from: ["198.51.100.7/32"], address: "private" as const };
    const { created, updated, replaced, destroyed } = planOf({ infrastructure: false, site: { ssh } });
    expect({ created, destroyed }).toEqual({ created: [], destroyed: [] });
    expect(updated).toHaveLength(9);
    expect(updated.every((address) => /^terraform_data\.(db|web|entrance)_members_[0-9A-F]{8}\["/.test(address))).toBe(
      true,
    );
    expect(replaced.filter((address) => address.includes('["'))).toEqual([]);
  });

  test("the rollouts that waited come with the plan of everything, and touch no droplet", () => {
    const { created, updated, replaced, destroyed } = planOf({ infrastructure: false });
    expect({ created, updated, destroyed }).toEqual({ created: [], updated: [], destroyed: [] });
    expect(replaced.every((address) => address.startsWith("terraform_data."))).toBe(true);
    expect(replaced.length).toBeGreaterThan(8);
  });
});
