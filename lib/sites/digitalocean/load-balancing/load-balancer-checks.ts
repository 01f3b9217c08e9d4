import { Duration, isDuration } from "../../../core/duration";
import { engineCannot } from "../../../contracts/engine-errors";
import type { RecoveryStep } from "../../../manifest/manifest";
import { checkOverlap, type RequestedHealthCheck } from "../../../contracts/health-check";

/** How often DigitalOcean asks a server, in seconds, and how many answers it believes. */
export interface Checks {
  readonly interval: number;
  readonly timeout: number;
  readonly fall: number;
  readonly rise: number;
}

/** The fastest that DigitalOcean has. */
const FASTEST: Checks = { interval: 3, timeout: 3, fall: 2, rise: 2 };
/** What its API takes; https://docs.digitalocean.com/reference/api/ */
const LIMITS = { interval: [3, 300], timeout: [3, 300], fall: [2, 10], rise: [2, 10] } as const;
type Property = keyof Checks;

/** @throws BeehiveError for what DigitalOcean does not check, or not so fast */
export function checksOf(path: string, engine: string, healthCheck: RequestedHealthCheck): Checks {
  const refuse = (property: string, value: unknown, problem: string) => {
    throw engineCannot(path, engine, `healthCheck.${property}`, value, problem);
  };
  const { status, host, body, fastInterval, interval, timeout, fall, rise } = healthCheck;
  if (status !== 200)
    refuse("status", status, "DigitalOcean takes any answer from 200 to 399 for healthy. Leave status out.");
  if (host !== undefined)
    refuse("host", host, "DigitalOcean chooses the name that its checks ask for. Leave host out.");
  if (body !== undefined) refuse("body", body, "DigitalOcean looks at the status only. Leave body out.");
  if (fastInterval !== undefined) {
    refuse("fastInterval", String(fastInterval), "DigitalOcean has one interval. Leave it out.");
  }
  const whole = (property: Property, value: Duration | number | undefined): number => {
    if (value === undefined) return FASTEST[property];
    const number = isDuration(value) ? value.toSeconds() : value;
    const [least, most] = LIMITS[property];
    if (!Number.isInteger(number) || number < least || number > most) {
      const unit = isDuration(value) ? "whole seconds from " : "";
      refuse(property, isDuration(value) ? String(value) : value, `DigitalOcean takes ${unit}${least} to ${most}.`);
    }
    return number;
  };
  const waits = { interval: whole("interval", interval), timeout: whole("timeout", timeout) };
  checkOverlap(path, Duration.seconds(waits.timeout), Duration.seconds(waits.interval));
  return {
    ...waits,
    fall: whole("fall", fall),
    rise: whole("rise", rise),
  };
}

/** As Terraform's `healthcheck` takes it. */
export const healthcheckBlock = (checks: Checks, protocol: string, port: number, path: string) => ({
  protocol,
  port,
  path,
  checkIntervalSeconds: checks.interval,
  responseTimeoutSeconds: checks.timeout,
  unhealthyThreshold: checks.fall,
  healthyThreshold: checks.rise,
});

export const checkSettings = ({ interval, timeout, fall, rise }: Checks) => ({
  checkInterval: interval,
  checkTimeout: timeout,
  checkFall: fall,
  checkRise: rise,
});

/** How long visitors meet errors: a server that refuses connections is out after the first of these, a silent one after both. */
export const NOTICED: readonly RecoveryStep[] = [
  { what: "checks in a row fail", of: "checkInterval", times: "checkFall" },
  { what: "the last one waits for its answer", of: "checkTimeout" },
];

/** What the program could choose instead, when that is too long. */
export const FASTEST_CHECKS = {
  change: "healthCheck: HealthCheck.http()",
  settings: { checkInterval: FASTEST.interval, checkTimeout: FASTEST.timeout, checkFall: FASTEST.fall },
} as const;
