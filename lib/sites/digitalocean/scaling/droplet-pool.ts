import { DropletAutoscale } from "@cdktf/provider-digitalocean/lib/droplet-autoscale";
import type { Construct } from "constructs";
import { z } from "zod";
import { Lazy } from "../../../cdktf";
import { Duration } from "../../../core/duration";
import { invalidProperty } from "../../../core/errors";
import { unknownZone } from "../../shared/site-errors";
import { checkProps, duration } from "../../../core/props";
import { COMMON_CAUSE, COVERAGE, MANUAL_SECONDS } from "../../../contracts/reliability-defaults";
import type { EngineResilience } from "../../../contracts/engine";
import type { WebScaling, WebScalingRequest } from "../../../contracts/web-scaling";
import type { DropletPoolProps } from "./pool-props";
import { DIGITALOCEAN_NAMES } from "../digitalocean-labels";
import type { DropletTemplate } from "../digitalocean-site";
import { poolTooLarge, secretsInPool, twoMinimums } from "../engine-errors";
import { siteOf, type TaggedDroplets } from "../load-balancing/load-balancer-parts";
import { POOL_USER_DATA, startExcess, startText } from "./pool-start";

const percent = z.number().min(10, "use 10 to 90").max(90, "use 10 to 90");
const schema = z.strictObject({
  scaling: z.strictObject({
    min: z.number().int("must be a whole number").optional(),
    max: z.number().int("must be a whole number").max(500, "DigitalOcean gives 500 at most"),
    cpuPercent: percent.optional(),
    memoryPercent: percent.optional(),
    cooldown: duration({ min: Duration.minutes(1) }).optional(),
    zone: z.string().optional(),
  }),
});

const CPU_PERCENT = 50;
const COOLDOWN = Duration.minutes(10);

/** The child `Resource` (`digitalocean_droplet_autoscale`) of the tier. Made by `DigitalOceanAutoscale.pool`. */
export class DropletPool implements WebScaling {
  readonly name = "digitalocean-droplet-pool";
  readonly siteKind = "digitalocean";

  constructor(private readonly props: DropletPoolProps) {}

  make(scope: Construct, request: WebScalingRequest): TaggedDroplets {
    const { path, bundle, after } = request;
    const { props } = this;
    checkProps(path, schema, { scaling: props } as never);
    const site = siteOf(request, this.name);
    const { zone = site.zones[0]!, cpuPercent = CPU_PERCENT, memoryPercent } = props;
    if (!site.zones.includes(zone)) throw unknownZone(path, "scaling.zone", zone, site.zones);
    const { least, most } = size(request, props);
    const cooldown = minutes(path, props.cooldown ?? COOLDOWN);
    const { after: before, userData, node, ...template } = site.template(path, zone);
    const pool = new DropletAutoscale(scope, "Resource", {
      provider: site.provider,
      name: site.labels.named(DIGITALOCEAN_NAMES.pool, site.labels.inStack(path)),
      config: {
        minInstances: least,
        maxInstances: most,
        targetCpuUtilization: cpuPercent / 100,
        ...(memoryPercent !== undefined && { targetMemoryUtilization: memoryPercent / 100 }),
        cooldownMinutes: cooldown,
      },
      dropletTemplate: {
        ...template,
        withDropletAgent: true,
        userData: Lazy.stringValue({ produce: () => startText(userData, bundle) }),
      },
      dependsOn: [...before, ...after],
      // How many there are is the load's to say.
      lifecycle: { ignoreChanges: ["config[0].target_number_instances"] },
    });
    scope.node.addValidation({
      validate: () => {
        if (bundle.secrets() !== undefined) return [secretsInPool(path).message];
        const excess = startExcess(userData, bundle);
        return excess === 0 ? [] : [poolTooLarge(path, excess, POOL_USER_DATA.bytes).message];
      },
    });
    const network = site.networks.cidrOf(zone);
    return {
      siteKind: this.siteKind,
      engine: this.name,
      region: zone,
      least,
      networks: network === undefined ? [] : [network],
      ready: [pool],
      settings: { most, cpuPercent, cooldown: cooldown * 60 },
      resilience: resilience(path, least, request.needed ?? least - 1, node, props),
    };
  }
}

function size({ path, servers }: WebScalingRequest, { min, max }: DropletPoolProps) {
  if (min !== undefined && servers !== undefined && min !== servers) throw twoMinimums(path, min, servers);
  const least = min ?? servers ?? 2;
  if (least < 2) {
    throw invalidProperty(path, "scaling.min", least, "one server is a single point of failure; use 2 or more.");
  }
  if (max < least) {
    const fix = `it must not be less than the fewest droplets that there are at any time, ${least}. Raise max, or lower min.`;
    throw invalidProperty(path, "scaling.max", max, fix);
  }
  return { least, most: max };
}

function minutes(path: string, cooldown: Duration): number {
  const number = cooldown.toSeconds() / 60;
  if (Number.isInteger(number)) return number;
  throw invalidProperty(path, "scaling.cooldown", String(cooldown), "DigitalOcean takes whole minutes.");
}

/** The fewest droplets that there are, all in one region; that DigitalOcean starts another one later is no part of it. */
function resilience(
  path: string,
  least: number,
  needed: number,
  node: DropletTemplate["node"],
  { min }: DropletPoolProps,
): EngineResilience {
  const names = Array.from({ length: least }, (_, i) => `${path} server ${i + 1}`);
  return {
    nodes: Object.fromEntries(names.map((name) => [name, node])),
    structure: {
      atLeast: needed,
      of: names,
      needs: [],
      commonCause: COMMON_CAUSE,
      failover: { active: 1, coverage: COVERAGE, manualSeconds: MANUAL_SECONDS },
      recovery: [],
      loss: [],
      alternatives: [],
      growth: { property: min === undefined ? "servers" : "scaling.min", step: 1, atLeast: "same", keep: "needed" },
    },
  };
}
