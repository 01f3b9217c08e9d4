import type { Construct } from "constructs";
import { Machines, ManagedDatabase, Tier, type TierDescription, type TierProps } from "../../../lib";
import type { ManifestProbe } from "../../../lib/manifest/manifest";
import { manifestSchema } from "../../../lib/manifest/manifest-schema";
import { Hive } from "../../../lib/stack/hive";
import { hosts, shop } from "../../support/hive";
import { TestDatabase } from "../../support/engines";

const byRole = () =>
  shop({
    db: { machines: Machines.labelled({ role: "db" }) },
    web: { machines: Machines.labelled({ role: "web" }) },
    entrance: { machines: Machines.labelled({ role: "lb" }) },
  });

const asked = (probes: readonly ManifestProbe[] = []) =>
  probes.map((probe) => (probe.asks === "whole" ? "whole" : `leader: ${probe.role}, ${probe.says}`));

describe("each tier says in the manifest", () => {
  test("what a Galera cluster's members vote, what they keep and how they are asked", () => {
    const { votes, data, probes } = byRole().db.toManifest();
    expect(votes).toEqual({ members: { "db-1": 1, "db-2": 1, "db-3": 1 }, quorum: "majority" });
    expect(data).toEqual([{ what: "MariaDB's data", folder: "/var/lib/mysql", copies: "each" }]);
    expect(asked(probes)).toEqual(["whole", "leader: writer, majority"]);
    expect(probes![0]!.command.slice(-2)).toEqual(["http://{{beehive:self:address}}:9200/status", "3"]);
  });

  test("how web servers are asked, and that they keep nothing", () => {
    const { votes, data, probes } = byRole().web.toManifest();
    expect([votes, data]).toEqual([undefined, undefined]);
    expect(asked(probes)).toEqual(["whole"]);
    const [self, headers] = ["{{beehive:self:address}}", probes![0]!.command.at(-1)!];
    expect(probes![0]!.command.slice(-6, -1)).toEqual([self, "8080", "/health", "200", ""]);
    expect(JSON.parse(headers)).toEqual({ Host: "10.77.0.100", "X-Forwarded-For": self, "X-Forwarded-Proto": "http" });
  });

  test("how an entrance is asked for its rotation and its address", () => {
    const { probes } = byRole().entrance.toManifest();
    expect(asked(probes)).toEqual(["whole", "leader: address, itself"]);
    const [socket, ...rest] = probes![0]!.command.slice(3);
    expect(socket).toBe("/run/beehive-haproxy-shop-entrance/admin.sock");
    expect(rest).toEqual(["servers", "web-1", "web-2", "web-3"]);
    expect(probes![1]!.expected).toBe("\\sinet6? 10\\.77\\.0\\.100/");
  });

  test("which resource a provider's database is", () => {
    const { stack, site } = shop();
    const db = new ManagedDatabase(stack, "rds", { site, engine: new TestDatabase(), databases: ["shop"] });
    const { votes, data, probes } = db.toManifest();
    expect([votes, probes]).toEqual([undefined, undefined]);
    expect(data).toEqual([{ what: "the databases shop", resources: ["shop/rds/Resource"], copies: 1 }]);
  });
});

/** A tier of a user. */
class Ring extends Tier {
  constructor(
    scope: Construct,
    id: string,
    props: TierProps,
    private readonly says: Partial<TierDescription> = {},
  ) {
    super(scope, id, props, { noun: "nodes", count: 3 });
    this.rollOut({ software: () => [], secrets: {}, width: 1 });
  }

  protected describe(): TierDescription {
    return { kind: "Ring", engine: "etcd", atLeast: 2, ...this.says };
  }
}

describe("a user's own tier", () => {
  const manifestWith = (says: Partial<TierDescription>) => {
    const { stack, site } = shop({ hosts: hosts({ m: 11 }) });
    new Ring(stack, "ring", { site }, says);
    return Hive.of(stack).manifest();
  };
  const probe: ManifestProbe = {
    asks: "whole",
    command: ["etcdctl", "endpoint", "health"],
    expected: "ok",
    silent: "no",
  };
  const votes = { members: { "m-9": 1, "m-10": 1, "m-11": 1 }, arbitrators: ["m-11"], quorum: "majority" } as const;
  const data = [{ what: "the keys", folder: "/var/lib/etcd", copies: 2 }];

  test("says the same in its description, and the commands read it", () => {
    const ring = manifestSchema
      .parse(manifestWith({ votes, data, probes: [probe] }))
      .tiers.find(({ kind }) => kind === "Ring");
    expect(ring).toMatchObject({ votes, data, probes: [probe] });
  });

  test("makes drills stale when other machines vote, and not when it is asked in another way", () => {
    const { hash } = manifestWith({ votes, data });
    expect(manifestWith({ votes, data, probes: [probe] }).hash).toBe(hash);
    expect(manifestWith({ votes: { ...votes, quorum: 3 }, data }).hash).not.toBe(hash);
  });
});
