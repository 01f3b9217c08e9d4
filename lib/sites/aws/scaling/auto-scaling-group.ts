import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { AutoscalingLifecycleHook } from "@cdktf/provider-aws/lib/autoscaling-lifecycle-hook";
import { AutoscalingPolicy } from "@cdktf/provider-aws/lib/autoscaling-policy";
import type { Construct } from "constructs";
import { z } from "../../../core/zod";
import { Lazy, Token, type ITerraformDependable } from "../../../cdktf";
import type { ManifestNode } from "../../../manifest/manifest";
import { checkProps, duration, line, propsSchema } from "../../../core/props";
import type { EngineResilience } from "../../../contracts/engine";
import type { WebScaling, WebScalingRequest } from "../../../contracts/web-scaling";
import type { NameRule } from "../../shared/names";
import { scaledServers } from "../../shared/scaled-servers";
import type { AwsGroupProps } from "./group-props";
import { placeOf, tierId } from "../../shared/tier-id";
import type { AwsSite } from "../aws-site";
import { BakedStore } from "./baked-store";
import { checkNetworks, groupSize, groupTimes, healthyPercentage, type GroupSize } from "./group-size";
import { GroupTemplate } from "./group-template";
import { siteOf } from "../managed-part";
import type { ScaledTargets } from "../load-balancing/scaled-targets";
import { networksKnown, networksUnknown } from "./scaling-errors";

/** @internal */
export const groupSchema = propsSchema<AwsGroupProps>()({
  min: z.number().int("must be a whole number").meta({ example: "4" }).optional(),
  max: z.number().int("must be a whole number").meta({ words: "the largest number of servers", example: "12" }),
  cpuPercent: z
    .number()
    .min(10, "below 10 % a quiet group would grow for ever; use 10 to 90")
    .max(90, "above 90 % servers are overloaded before a new one works; use 10 to 90")
    .meta({ example: "50" })
    .optional(),
  startWithin: duration().meta({ example: "Duration.minutes(10)" }).optional(),
  warmUp: duration().meta({ example: "Duration.minutes(2)" }).optional(),
  networks: z
    .array(line)
    .min(1, "name at least one network")
    .meta({ words: "a list of networks", example: '["10.0.1.0/24", "10.0.2.0/24"]' })
    .optional(),
  forceDestroy: z.boolean().optional(),
  secretRecoveryDays: z
    .number()
    .int("must be a whole number")
    .refine((days) => days === 0 || (days >= 7 && days <= 30), "AWS takes 0, or 7 to 30 days")
    .meta({ example: "7" })
    .optional(),
  writeOnlySecrets: z.boolean().optional(),
});

const CPU_PERCENT = 50;
const SECRET_RECOVERY_DAYS = 7;
/** Terraform waits for the first servers, and a bit for AWS to start them. */
const PATIENCE = 300;
const HOOK = "configured";

/** It stands in ARNs, where a slash or a colon would be read. */
const GROUP_NAME: NameRule = { max: 255, separator: ".", refused: /[^\w.-]/ };

/**
 * Children of the tier: `Resource` (`aws_autoscaling_group`), `template` with the servers' identity, `store` with what they take
 * along, `configured` and `cpu`. Made by `AwsAutoScaling.group`.
 */
export class AutoScalingGroup implements WebScaling {
  readonly name = "aws-auto-scaling-group";
  readonly siteKind = "aws";

  constructor(private readonly props: AwsGroupProps) {}

  make(scope: Construct, request: WebScalingRequest): ScaledTargets {
    const { path, bundle } = request;
    const { props } = this;
    checkProps(path, groupSchema, props, "scaling");
    const site = siteOf(request, this.name, "an auto scaling group", 2);
    const zones = site.awsZones.length;
    const size = groupSize(request, props, zones);
    const { startWithin, warmUp } = groupTimes(path, props);
    const cpuPercent = props.cpuPercent ?? CPU_PERCENT;
    const networks = networksOf(site, path, props.networks);
    site.firewall.comeFrom(path, networks);
    const name = site.aws.labels.named(GROUP_NAME, placeOf(path));
    const store = new BakedStore(scope, "store", {
      aws: site.aws,
      path,
      bundle,
      forceDestroy: props.forceDestroy ?? false,
      secretRecoveryDays: props.secretRecoveryDays ?? SECRET_RECOVERY_DAYS,
      writeOnlySecrets: props.writeOnlySecrets ?? true,
    });
    const template = new GroupTemplate(scope, "template", {
      site,
      path,
      group: name,
      hook: HOOK,
      // When a zone is lost, the others have all that there may be.
      size: site.reserve(path, Math.ceil(size.most / (zones - 1))),
      store,
    });
    const targetGroups: string[] = [];
    const ready = this.group(scope, request, {
      site,
      name,
      size,
      startWithin,
      warmUp,
      cpuPercent,
      template,
      targetGroups,
    });
    return {
      siteKind: this.siteKind,
      engine: this.name,
      least: size.least,
      needed: size.needed,
      networks,
      ready,
      settings: { most: size.most, leftWithoutAZone: size.left, cpuPercent, startWithin, warmUp },
      resilience: resilienceOf(site, path, size, props),
      attachTargetGroup: (arn) => void targetGroups.push(arn),
    };
  }

  private group(scope: Construct, { path, after }: WebScalingRequest, parts: GroupParts): ITerraformDependable[] {
    const { site, name, size, startWithin, warmUp, cpuPercent, template, targetGroups } = parts;
    const { aws, vpc, awsZones, serverSubnets } = site;
    const { provider, labels } = aws;
    // A server that is not configured in time is ended, and no visitor has seen it.
    const hook = {
      name: HOOK,
      lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
      defaultResult: "ABANDON",
      heartbeatTimeout: startWithin,
    };
    const tags = Object.entries(labels.tags(tierId(path), tierId(path)));
    const group = new AutoscalingGroup(scope, "Resource", {
      provider,
      name,
      minSize: size.least,
      maxSize: size.most,
      desiredCapacity: size.least,
      vpcZoneIdentifier: awsZones.map((zone) => vpc.subnetId(zone, serverSubnets)),
      launchTemplate: { id: template.id, version: template.version },
      targetGroupArns: Lazy.listValue({ produce: () => [...targetGroups] }),
      healthCheckType: "ELB",
      healthCheckGracePeriod: warmUp,
      defaultInstanceWarmup: warmUp,
      capacityRebalance: false,
      terminationPolicies: ["OldestLaunchTemplate", "OldestInstance"],
      initialLifecycleHook: [hook],
      instanceRefresh: {
        strategy: "Rolling",
        preferences: {
          minHealthyPercentage: healthyPercentage(size.needed, size.least),
          autoRollback: true,
          skipMatching: true,
        },
      },
      waitForCapacityTimeout: `${startWithin + PATIENCE}s`,
      tag: tags.map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
      // Servers begin to work when what they need is there, and are gone before it goes.
      dependsOn: [
        ...after,
        ...template.ready,
        ...site.firewall.ready,
        ...awsZones.flatMap((zone) => [...vpc.wayOut(zone, serverSubnets)]),
      ],
      // The load decides how many there are. What holds at the first start only would make AWS start all anew.
      lifecycle: { ignoreChanges: ["desired_capacity", "initial_lifecycle_hook", "wait_for_capacity_timeout"] },
    });
    // The same hook once more: changed in place.
    const { name: hookName, ...rest } = hook;
    const kept = new AutoscalingLifecycleHook(scope, HOOK, {
      provider,
      name: hookName,
      autoscalingGroupName: group.name,
      ...rest,
    });
    const policy = new AutoscalingPolicy(scope, "cpu", {
      provider,
      name: "cpu",
      autoscalingGroupName: group.name,
      policyType: "TargetTrackingScaling",
      targetTrackingConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "ASGAverageCPUUtilization" },
        targetValue: cpuPercent,
      },
    });
    return [group, kept, policy];
  }
}

interface GroupParts {
  readonly site: AwsSite;
  readonly name: string;
  readonly size: GroupSize;
  /** Seconds. */
  readonly startWithin: number;
  /** Seconds. */
  readonly warmUp: number;
  readonly cpuPercent: number;
  readonly template: GroupTemplate;
  /** Expressions of ARNs; those that come after are in it when the stack is synthesized. */
  readonly targetGroups: readonly string[];
}

/** Addresses of the subnets that the servers are in, for firewalls of databases. */
function networksOf(site: AwsSite, path: string, given: readonly string[] | undefined): readonly string[] {
  const own = site.awsZones.map((zone) => site.vpc.subnetCidr(zone, site.serverSubnets));
  const known = own.every((cidr) => !Token.isUnresolved(cidr));
  if (given === undefined) {
    if (!known) throw networksUnknown(path, site.zones);
    return own;
  }
  if (known) throw networksKnown(path, own);
  checkNetworks(path, given);
  return given;
}

/** The fewest servers that there are, each in its zone. */
function resilienceOf(
  site: AwsSite,
  path: string,
  { least, needed }: GroupSize,
  props: AwsGroupProps,
): EngineResilience {
  const nodes = Array.from({ length: least }, (_, i): [string, ManifestNode] => {
    const zone = site.awsZones[i % site.awsZones.length]!;
    const number = Math.floor(i / site.awsZones.length) + 1;
    return [`${path} server ${zone.letter}${number === 1 ? "" : `-${number}`}`, site.serverNode(zone)];
  });
  return scaledServers(Object.fromEntries(nodes), needed, props);
}
