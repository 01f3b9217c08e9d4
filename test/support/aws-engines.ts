import { AwsAutoScaling, AwsDatabase, AwsLoadBalancer, type AwsGroupProps, type RdsInstanceProps } from "../../lib/aws";
import {
  GaleraCluster,
  HaWebTier,
  HealthCheckedLoadBalancer,
  ManagedDatabase,
  type HealthCheckedLoadBalancerProps,
} from "../../lib";
import { awsSite, type AwsShopOptions } from "./aws";
import { phpShop } from "./hive";

export interface AwsPartsOptions extends Pick<AwsShopOptions, "site" | "web" | "infrastructure"> {
  readonly database?: Partial<RdsInstanceProps>;
  readonly databases?: readonly string[];
  readonly entrance?: Partial<HealthCheckedLoadBalancerProps>;
}

/** A load balancer in front of web servers. */
export function behindAws({ site: siteProps, infrastructure, web, entrance }: AwsPartsOptions = {}) {
  const { stack, site } = awsSite(siteProps, infrastructure);
  const target = new HaWebTier(stack, "web", { site, servers: 3, app: phpShop(), ...web });
  const engine = AwsLoadBalancer.application();
  const props = { site, engine, target, ...entrance };
  return { stack, site, web: target, entrance: new HealthCheckedLoadBalancer(stack, "entrance", props) };
}

/** A database that RDS runs, and the web servers that use it. */
export function onRds(
  engine = AwsDatabase.rdsInstance({ database: "mariadb" }),
  { site: siteProps, infrastructure, web, databases = ["shop"] }: AwsPartsOptions = {},
) {
  const { stack, site } = awsSite(siteProps, infrastructure);
  const db = new ManagedDatabase(stack, "db", { site, engine, databases });
  return {
    stack,
    site,
    db,
    web: new HaWebTier(stack, "web", { site, servers: 3, app: phpShop(), database: db, ...web }),
  };
}

/** The shop with AWS's own parts wherever it has them. */
export function managedShop(options: AwsPartsOptions = {}) {
  const { database, entrance } = options;
  const shop = onRds(AwsDatabase.rdsInstance({ database: "mariadb", ...database }), options);
  const { stack, site, web: target } = shop;
  const engine = AwsLoadBalancer.application();
  const props = { site, engine, target, ...entrance };
  return { ...shop, entrance: new HealthCheckedLoadBalancer(stack, "entrance", props) };
}

export interface AwsGroupOptions extends AwsPartsOptions {
  readonly group?: Partial<AwsGroupProps>;
}

/** Web servers that come and go, behind a load balancer, with a database on machines of their own. */
export function scaledShop({ site: siteProps, infrastructure, web, entrance, group }: AwsGroupOptions = {}) {
  const { stack, site } = awsSite(siteProps, infrastructure);
  const db = new GaleraCluster(stack, "db", { site, nodes: 3, databases: ["shop"] });
  const scaling = AwsAutoScaling.group({ max: 9, ...group });
  const target = new HaWebTier(stack, "web", { site, scaling, app: phpShop(), database: db, ...web });
  const engine = AwsLoadBalancer.application({ protected: false });
  const props = { site, engine, target, ...entrance };
  return { stack, site, db, web: target, entrance: new HealthCheckedLoadBalancer(stack, "entrance", props) };
}
