import * as net from "node:net";
import { z } from "../core/zod";
import { Duration } from "../core/duration";
import { BeehiveError, invalidProperty } from "../core/errors";
import { quoted } from "../core/words";
import { checkProps, dnsName, duration, line, propsSchema } from "../core/props";
import { Trait } from "../core/trait";

/**
 * The request of a health check, its times and thresholds. Defaults of times and thresholds depend on the engine: those
 * given here are the HAProxy pair's; engines of clouds use what the provider allows. Changing one reloads the load
 * balancer; no connection is lost.
 */
export interface HttpHealthCheckProps {
  /**
   * Path that answers with `status` only when the application can do its work.
   * @default - the application's `healthPath`
   * @example path: "/health"
   */
  readonly path?: string;
  /**
   * HTTP status of a healthy answer, 100 to 599.
   * @default 200
   * @example status: 204
   */
  readonly status?: number;
  /**
   * Name that checks and the gates of rollouts ask for (`Host`), for applications that answer to their own names only.
   * @default - the first name of the entrance: of `dns`, of the certificate; its address where it has none
   * @example host: "shop.example.org"
   */
  readonly host?: string;
  /**
   * Text that the answer must contain.
   * @default - any
   * @example body: "OK"
   */
  readonly body?: string;
  /**
   * Time between checks of a healthy server, 10 ms to 10 min.
   * @default Duration.millis(500)
   * @example interval: Duration.seconds(1)
   */
  readonly interval?: Duration;
  /**
   * Time between checks of a server that has just failed or is coming back, 10 ms to 10 min.
   * @default Duration.millis(100)
   * @example fastInterval: Duration.millis(200)
   */
  readonly fastInterval?: Duration;
  /**
   * How long an answer may take, 10 ms to 10 min, and no longer than `interval`.
   * @default Duration.millis(500), or a shorter `interval`
   * @example timeout: Duration.seconds(1)
   */
  readonly timeout?: Duration;
  /**
   * Failed checks in a row that take a server out of rotation.
   * @default 2
   * @example fall: 3
   */
  readonly fall?: number;
  /**
   * Successful checks in a row that return a server to rotation.
   * @default 2
   * @example rise: 3
   */
  readonly rise?: number;
}

/** A health check as an engine gets it: what the program leaves out is the engine's choice, except path and status. */
export interface RequestedHealthCheck extends HttpHealthCheckProps {
  /** That of the program, or the application's `healthPath`. */
  readonly path: string;
  /** That of the program, or 200. */
  readonly status: number;
}

const trait = new Trait<HealthCheck>("HealthCheck");

/** Whether something is a `HealthCheck`. */
export const isHealthCheck = trait.has;

/** How a load balancer decides whether a server works. */
export class HealthCheck {
  static {
    trait.mark(this.prototype);
  }

  private constructor(private readonly props: HttpHealthCheckProps | undefined) {}

  /** Requests a path of the application, and checks status and text of the answer. */
  static http(props: HttpHealthCheckProps = {}): HealthCheck {
    return new HealthCheck(props);
  }

  /** Checks only that the port is open. Refused for HTTP services, because a hung application keeps its port open. */
  static port(): HealthCheck {
    return new HealthCheck(undefined);
  }

  /** @internal */
  requested(path: string, defaultPath: string): RequestedHealthCheck {
    if (this.props === undefined) throw portOnlyHealthCheck(path);
    checkProps(path, schema, this.props, "healthCheck");
    const requested = { ...this.props, path: this.props.path ?? defaultPath, status: this.props.status ?? 200 };
    if (!requested.path.startsWith("/")) throw missingHealthPath(path, "healthCheck.path");
    const problem = pathProblem(requested.path);
    if (problem !== undefined) throw invalidProperty(path, "healthCheck.path", requested.path, problem);
    const { timeout, interval } = requested;
    if (timeout !== undefined && interval !== undefined) checkOverlap(path, timeout, interval);
    return requested;
  }
}

const positive = duration({ min: Duration.millis(10), max: Duration.minutes(10) });
const times = z.number().int().min(1, "must be 1 or more").meta({ example: "2" });
const schema = propsSchema<HttpHealthCheckProps>()({
  path: line.meta({ example: '"/health"' }).optional(),
  host: z
    .string()
    .refine((value) => net.isIP(value) > 0 || (!value.startsWith("*") && dnsName.safeParse(value).success))
    .meta({ words: "a DNS name in lower case, or an address", example: '"shop.example.org"' })
    .optional(),
  status: z.number().int().min(100, "must be an HTTP status").max(599, "must be an HTTP status").optional(),
  body: line.meta({ example: '"OK"' }).optional(),
  interval: positive.optional(),
  fastInterval: positive.optional(),
  timeout: positive.optional(),
  fall: times.optional(),
  rise: times.optional(),
});

/** Why a text cannot stand in a request's first line; undefined when it can. */
export function pathProblem(text: string): string | undefined {
  if (!text.startsWith("/")) return 'it must be a path such as "/health".';
  if (/\s/.test(text))
    return `it holds a blank, which ends a path in a request. Write %20: ${quoted(text.replace(/\s/g, "%20"))}.`;
  if (text.includes("#")) return "what follows # never reaches a server. Leave it out.";
  const [odd] = /[^!-~]/u.exec(text) ?? [];
  return odd === undefined
    ? undefined
    : `${quoted(odd)} is no character of a path. Write ${encodeURIComponent(odd)} for it.`;
}

/** @throws BeehiveError when a check would still wait while the next one is due */
export function checkOverlap(path: string, timeout: Duration, interval: Duration): void {
  if (timeout.toMillis() <= interval.toMillis()) return;
  throw invalidProperty(
    path,
    "healthCheck.timeout",
    timeout,
    `it is longer than interval, ${interval}, so that checks of one server would overlap. Use ${interval} or less, or a longer interval.`,
  );
}

function portOnlyHealthCheck(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `healthCheck looks only at the port of an HTTP service; a hung application keeps its port open and would go on ` +
      `receiving visitors. Use HealthCheck.http({ path: "/health" }), a path that touches what the application needs.`,
  );
}

export function missingHealthPath(path: string, property = "app.healthPath"): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is missing; the load balancer has to ask the application itself. ` +
      `Give a path that answers 200 only when the application can do its work, for example healthPath: "/health".`,
  );
}
