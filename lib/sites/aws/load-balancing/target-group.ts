import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { LbTargetGroupAttachment } from "@cdktf/provider-aws/lib/lb-target-group-attachment";
import { Construct } from "constructs";
import type { ITerraformDependable } from "../../../cdktf";
import { Duration } from "../../../core/duration";
import { engineCannot } from "../../../contracts/engine-errors";
import type { TierStructure } from "../../../manifest/manifest";
import type { EngineSettings } from "../../../contracts/engine";
import type { RequestedHealthCheck } from "../../../contracts/health-check";
import type { LoadBalancerTarget } from "../../../contracts/load-balancer-engine";
import { placeOf, tierId } from "../../shared/tier-id";
import { ownMachines, ownScaling } from "../../shared/own-servers";
import { AWS } from "../aws-words";
import { isAwsMachine } from "../machines/aws-machine";
import { LOAD_BALANCER_NAME } from "./load-balancer-names";
import type { AwsSite } from "../aws-site";
import { isScaledTargets } from "./scaled-targets";

export interface TargetGroupProps {
  readonly site: AwsSite;
  /** Construct path of the load balancer. */
  readonly path: string;
  /** Name of the engine, for messages. */
  readonly engine: string;
  readonly protocol: "HTTP" | "TCP";
  readonly target: LoadBalancerTarget;
  readonly healthCheck: RequestedHealthCheck;
  readonly deregistrationDelay: Duration;
}

/** The fastest that AWS has; all in the units that AWS takes. */
const CHECKS = { interval: Duration.seconds(5), timeout: Duration.seconds(2), fall: 2, rise: 2 } as const;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
const LIMITS = { interval: [5, 300], timeout: [2, 120], times: [2, 10], path: 1024 } as const;
/** Which answers each may ask for. */
const HIGHEST_STATUS = { HTTP: 499, TCP: 599 } as const;

/** The servers behind a load balancer of AWS, asked by the application's own path, however visitors' bytes travel. */
export class TargetGroup extends Construct {
  /** Expression. */
  readonly arn: string;
  /** Every server is registered when these are done. */
  readonly ready: readonly ITerraformDependable[];
  readonly settings: EngineSettings;
  /** How soon a server that died gets no visitors any more. */
  readonly recovery: TierStructure["recovery"];
  /** What the program could choose instead, when that is too long. */
  readonly alternatives: TierStructure["alternatives"];

  constructor(scope: Construct, id: string, props: TargetGroupProps) {
    super(scope, id);
    const { site, path, protocol, target, healthCheck, deregistrationDelay } = props;
    const { provider, labels } = site.aws;
    const checks = checksOf(props);
    // What makes another group is in its name: that one is made while the old one is in use.
    const name = labels.named(LOAD_BALANCER_NAME, `${placeOf(path)}-${protocol.toLowerCase()}-${target.port}`);
    const group = new LbTargetGroup(this, "Resource", {
      provider,
      name,
      vpcId: site.vpc.vpcId,
      targetType: "instance",
      protocol,
      port: target.port,
      deregistrationDelay: String(deregistrationDelay.toSeconds()),
      // Servers let in the load balancer alone, so that it has to connect from its own address.
      ...(protocol === "TCP" && { preserveClientIp: "false" }),
      healthCheck: {
        enabled: true,
        protocol: "HTTP",
        port: "traffic-port",
        path: healthCheck.path,
        matcher: String(healthCheck.status),
        interval: checks.interval.toSeconds(),
        timeout: checks.timeout.toSeconds(),
        healthyThreshold: checks.rise,
        unhealthyThreshold: checks.fall,
      },
      tags: labels.tags(tierId(path), tierId(path)),
      lifecycle: { createBeforeDestroy: true },
    });
    this.arn = group.arn;
    this.settings = {
      ...secondsOf(checks),
      checkRise: checks.rise,
      deregistrationDelay: deregistrationDelay.toSeconds(),
    };
    this.recovery = [
      {
        when: ["machine", "zone"],
        of: target.path,
        steps: [
          { what: "checks in a row fail", of: "checkInterval", times: "checkFall" },
          { what: "the last one waits for its answer", of: "checkTimeout" },
        ],
      },
    ];
    this.alternatives = [{ change: "healthCheck: HealthCheck.http()", settings: secondsOf(CHECKS) }];
    target.expectBack(Duration.seconds(checks.rise * checks.interval.toSeconds() + checks.timeout.toSeconds()));
    this.ready = [...this.register(props), ...this.registerScaled(props)];
  }

  /** Those that go are taken out, and visitors have left them, before their application stops. */
  private register({ site, path, target }: TargetGroupProps): ITerraformDependable[] {
    return ownMachines(path, target, isAwsMachine, AWS).map(
      ({ name, instance }) =>
        new LbTargetGroupAttachment(this, name, {
          provider: site.aws.provider,
          targetGroupArn: this.arn,
          targetId: instance.id,
          port: target.port,
          dependsOn: [...target.ready],
        }),
    );
  }

  private registerScaled({ path, target }: TargetGroupProps): readonly ITerraformDependable[] {
    const scaled = ownScaling(path, target, isScaledTargets, AWS);
    if (scaled === undefined) return [];
    scaled.attachTargetGroup(this.arn);
    return target.ready;
  }
}

type Checks = Pick<Required<RequestedHealthCheck>, "interval" | "timeout" | "fall" | "rise">;

const secondsOf = ({ interval, timeout, fall }: Checks) => ({
  checkInterval: interval.toSeconds(),
  checkTimeout: timeout.toSeconds(),
  checkFall: fall,
});

function checksOf({ path, engine, protocol, healthCheck, deregistrationDelay }: TargetGroupProps): Checks {
  const checks = {
    interval: healthCheck.interval ?? CHECKS.interval,
    timeout: healthCheck.timeout ?? CHECKS.timeout,
    fall: healthCheck.fall ?? CHECKS.fall,
    rise: healthCheck.rise ?? CHECKS.rise,
  };
  const refuse = (property: string, value: unknown, problem: string) => {
    throw engineCannot(path, engine, property, value, problem);
  };
  const whole = (property: string, duration: Duration, [least, most]: readonly [number, number]) => {
    const seconds = duration.toSeconds();
    if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return;
    refuse(property, String(duration), `AWS takes whole seconds from ${least} to ${most}. Choose one of those.`);
  };
  if (healthCheck.host !== undefined) {
    refuse("healthCheck.host", healthCheck.host, "AWS asks for the address of the server. Leave host out.");
  }
  if (healthCheck.body !== undefined) {
    refuse("healthCheck.body", healthCheck.body, "AWS looks at the status only. Leave body out.");
  }
  if (healthCheck.fastInterval !== undefined) {
    refuse("healthCheck.fastInterval", String(healthCheck.fastInterval), "AWS has one interval. Leave it out.");
  }
  whole("healthCheck.interval", checks.interval, LIMITS.interval);
  whole("healthCheck.timeout", checks.timeout, LIMITS.timeout);
  whole("engine.deregistrationDelay", deregistrationDelay, [0, 3600]);
  if (checks.timeout.toMillis() >= checks.interval.toMillis()) {
    refuse("healthCheck.timeout", String(checks.timeout), `it must be less than interval, ${checks.interval}.`);
  }
  for (const property of ["fall", "rise"] as const) {
    const [least, most] = LIMITS.times;
    if (checks[property] >= least && checks[property] <= most) continue;
    refuse(`healthCheck.${property}`, checks[property], `AWS takes ${least} to ${most}.`);
  }
  const highest = HIGHEST_STATUS[protocol];
  if (healthCheck.status < 200 || healthCheck.status > highest) {
    refuse("healthCheck.status", healthCheck.status, `AWS takes 200 to ${highest}.`);
  }
  if (healthCheck.path.length > LIMITS.path) {
    refuse("healthCheck.path", healthCheck.path, `AWS takes ${LIMITS.path} characters.`);
  }
  return checks;
}
