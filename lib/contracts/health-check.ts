import { z } from "zod";
import { Duration } from "../core/duration";
import { missingHealthPath, portOnlyHealthCheck } from "../core/errors";
import { checkProps, duration } from "../core/props";

/**
 * How a server is asked. The defaults of times and numbers are the engine's: those here are the HAProxy pair's; engines of
 * clouds take theirs from what the provider allows.
 */
export interface HttpHealthCheckProps {
  /** Answers with `status` only when the application can do its work. @default - the application's `healthPath` */
  readonly path?: string;
  /** @default 200 */
  readonly status?: number;
  /** Text that the answer must contain. @default - any */
  readonly body?: string;
  /** Time between checks of a server that is fine. @default Duration.millis(500) */
  readonly interval?: Duration;
  /** Time between checks of a server that just failed or is coming back. @default Duration.millis(100) */
  readonly fastInterval?: Duration;
  /** How long an answer may take. @default Duration.millis(500) */
  readonly timeout?: Duration;
  /** Failures in a row that take a server out. @default 2 */
  readonly fall?: number;
  /** Answers in a row that bring it back. @default 2 */
  readonly rise?: number;
}

/** What the program says about health checks; what it does not say is the engine's choice. */
export interface RequestedHealthCheck extends HttpHealthCheckProps {
  readonly path: string;
  readonly status: number;
}

/** How a load balancer finds out whether a server works. */
export class HealthCheck {
  private constructor(private readonly props: HttpHealthCheckProps | undefined) {}

  /** Asks the application, and looks at the answer's status and text. */
  static http(props: HttpHealthCheckProps = {}): HealthCheck {
    return new HealthCheck(props);
  }

  /** Whether something listens. Refused for HTTP services: a hung application keeps its port open. */
  static port(): HealthCheck {
    return new HealthCheck(undefined);
  }

  /** @internal */
  requested(path: string, defaultPath: string): RequestedHealthCheck {
    if (this.props === undefined) throw portOnlyHealthCheck(path);
    checkProps(path, z.strictObject({ healthCheck: schema }), { healthCheck: this.props } as never);
    const requested = { ...this.props, path: this.props.path ?? defaultPath, status: this.props.status ?? 200 };
    if (!requested.path.startsWith("/")) throw missingHealthPath(path, "healthCheck.path");
    return requested;
  }
}

const positive = duration({ min: Duration.millis(10), max: Duration.minutes(10) });
const times = z.number().int().min(1, "must be 1 or more");
const schema = z.strictObject({
  path: z.string().optional(),
  status: z.number().int().min(100, "must be an HTTP status").max(599, "must be an HTTP status").optional(),
  body: z.string().optional(),
  interval: positive.optional(),
  fastInterval: positive.optional(),
  timeout: positive.optional(),
  fall: times.optional(),
  rise: times.optional(),
});
