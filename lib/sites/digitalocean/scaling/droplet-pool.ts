import { DropletAutoscale } from "@cdktf/provider-digitalocean/lib/droplet-autoscale";
import type { Construct } from "constructs";
import { z } from "../../../core/zod";
import { Lazy } from "../../../cdktf";
import { Duration } from "../../../core/duration";
import { invalidProperty } from "../../../core/errors";
import { unknownZone } from "../../shared/site-errors";
import { checkProps, duration, line, propsSchema } from "../../../core/props";
import type { WebScaling, WebScalingRequest } from "../../../contracts/web-scaling";
import { checkMost, fewestServers, scaledServers } from "../../shared/scaled-servers";
import type { DropletPoolProps } from "./pool-props";
import { DIGITALOCEAN_NAMES } from "../digitalocean-labels";
import type { DropletTemplate } from "../digitalocean-site";
import { DIGITALOCEAN } from "../digitalocean-words";
import { poolTooLarge, secretsInPool } from "../engine-errors";
import { siteOf, type TaggedDroplets } from "../load-balancing/load-balancer-parts";
import { startExcess, startText } from "./pool-start";

const percent = z.number().min(10, "use 10 to 90").max(90, "use 10 to 90").meta({ example: "50" });
/** @internal */
export const poolSchema = propsSchema<DropletPoolProps>()({
  min: z.number().int("must be a whole number").meta({ example: "3" }).optional(),
  max: z
    .number()
    .int("must be a whole number")
    .max(500, "DigitalOcean gives 500 at most")
    .meta({ words: "the largest number of servers", example: "12" }),
  cpuPercent: percent.optional(),
  memoryPercent: percent.optional(),
  cooldown: duration({ min: Duration.minutes(1) })
    .meta({ example: "Duration.minutes(10)" })
    .optional(),
  zone: line.meta({ words: "a region", example: '"fra1"' }).optional(),
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
    checkProps(path, poolSchema, props, "scaling");
    const site = siteOf(request, this.name);
    const { zone = site.zones[0]!, cpuPercent = CPU_PERCENT, memoryPercent } = props;
    if (!site.zones.includes(zone)) throw unknownZone(path, "scaling.zone", zone, site.zones);
    const { least } = fewestServers(request, props, 2);
    checkMost(path, props, least);
    const cooldown = minutes(path, props.cooldown ?? COOLDOWN);
    const { after: before, userData, node, ...template } = site.template(path, zone);
    const pool = new DropletAutoscale(scope, "Resource", {
      provider: site.provider,
      name: site.labels.named(DIGITALOCEAN_NAMES.pool, site.labels.inStack(path)),
      config: {
        minInstances: least,
        maxInstances: props.max,
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
        return excess === 0 ? [] : [poolTooLarge(path, excess, DIGITALOCEAN.userDataBytes).message];
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
      settings: { most: props.max, cpuPercent, cooldown: cooldown * 60 },
      resilience: resilience(path, least, request.needed ?? least - 1, node, props),
    };
  }
}

function minutes(path: string, cooldown: Duration): number {
  const number = cooldown.toSeconds() / 60;
  if (Number.isInteger(number)) return number;
  throw invalidProperty(path, "scaling.cooldown", String(cooldown), "DigitalOcean takes whole minutes.");
}

/** The fewest droplets that there are, all in one region. */
function resilience(
  path: string,
  least: number,
  needed: number,
  node: DropletTemplate["node"],
  props: DropletPoolProps,
) {
  const names = Array.from({ length: least }, (_, i) => `${path} server ${i + 1}`);
  return scaledServers(Object.fromEntries(names.map((name) => [name, node])), needed, props);
}
