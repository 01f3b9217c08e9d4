import { setMaxListeners } from "node:events";
import { performance } from "node:perf_hooks";
import { Duration } from "../core/duration";
import { clientLimit } from "./errors";
import { exchange, type HttpAnswer, type HttpRequest, type HttpTarget } from "./http-exchange";
import type { RequestKind, RequestRecord } from "./request-record";

/** A request that the client is about to send. */
export interface PlannedRequest extends HttpRequest {
  readonly kind: RequestKind;
  readonly id: string;
}

/** What the client sends, and what it takes for success. */
export interface Workload {
  /** Called once for each request, in the order of the schedule, at the moment at which it leaves. */
  next(): PlannedRequest;
  /** Why the answer counts as failed; undefined when it is right. */
  judge(request: PlannedRequest, answer: HttpAnswer): string | undefined;
}

export interface OpenLoopClientProps {
  readonly target: HttpTarget;
  readonly workload: Workload;
  /** Requests per second, above 0, at most 2,000. @default 100 (the rate of every measurement in the documentation) */
  readonly rate?: number;
  /** An answer that takes longer counts as failed. @default 6 s */
  readonly timeout?: Duration;
  /**
   * Requests that may wait for an answer at the same time; one that would be above it is not sent and counts as failed.
   * @default twice what the rate can pile up within the timeout, at least 100
   */
  readonly maxInFlight?: number;
}

/** Limits that protect the machine that measures. */
const MAX_RATE = 2_000;
const MAX_REQUESTS = 1_000_000;

/**
 * Sends requests on a schedule, whatever became of the ones before. A client that waits for each answer sends nothing
 * while the service hangs and so hides the outage that it should measure ("coordinated omission"); this one keeps
 * sending, counts from the moment at which a request should have left, and counts what it could not send as failed.
 *
 * Each request opens a TCP connection of its own, as a new visitor does.
 */
export class OpenLoopClient {
  private readonly target: HttpTarget;
  private readonly workload: Workload;
  private readonly rate: number;
  private readonly timeout: Duration;
  private readonly maxInFlight: number;
  private readonly results: RequestRecord[] = [];
  private startedAt: number | undefined;
  private inFlight = 0;

  constructor(props: OpenLoopClientProps) {
    this.target = props.target;
    this.workload = props.workload;
    this.rate = props.rate ?? 100;
    this.timeout = props.timeout ?? Duration.seconds(6);
    this.maxInFlight = props.maxInFlight ?? Math.max(100, Math.ceil(2 * this.rate * this.timeout.toSeconds()));
    if (!(this.rate > 0 && this.rate <= MAX_RATE)) {
      throw clientLimit("rate", this.rate, `requests per second above 0 and up to ${MAX_RATE}`);
    }
    if (!(Number.isInteger(this.maxInFlight) && this.maxInFlight > 0)) {
      throw clientLimit("maxInFlight", this.maxInFlight, "a whole number of 1 or more");
    }
    if (this.timeout.toMillis() === 0) {
      throw clientLimit("timeout", this.timeout.toString(), "longer than 0");
    }
  }

  /** Requests with a result so far, in the order in which they got it. */
  get records(): readonly RequestRecord[] {
    return this.results;
  }

  /** Seconds since the schedule began; 0 before. */
  get elapsed(): number {
    return this.startedAt === undefined ? 0 : (performance.now() - this.startedAt) / 1000;
  }

  /** When request number `index` (from 0) should leave, in seconds since the schedule began. */
  intended(index: number): number {
    return index / this.rate;
  }

  /**
   * Sends `requests` requests and resolves when each has its answer or its timeout.
   *
   * @throws the signal's reason when it is aborted; what is under way is dropped.
   */
  async run(requests: number, signal?: AbortSignal): Promise<readonly RequestRecord[]> {
    if (!(Number.isInteger(requests) && requests > 0 && requests <= MAX_REQUESTS)) {
      throw clientLimit("requests", requests, `a whole number from 1 to ${MAX_REQUESTS}`);
    }
    if (this.startedAt !== undefined) throw new Error("this client has run; make a new one for another run");
    signal?.throwIfAborted();
    this.startedAt = performance.now();
    const stop = new AbortController();
    // Each open request listens; Node warns of a leak from the eleventh on.
    setMaxListeners(0, stop.signal);
    const abort = (): void => stop.abort(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      await this.follow(requests, stop.signal);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
    return [...this.results].sort((a, b) => a.intended - b.intended);
  }

  private follow(requests: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let next = 0;
      let open = 0;
      let timer: NodeJS.Timeout | undefined;
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      signal.addEventListener("abort", stop, { once: true });
      const finished = (): void => {
        if (next === requests && open === 0) resolve();
      };
      const tick = (): void => {
        while (next < requests && this.intended(next) <= this.elapsed) {
          open += 1;
          void this.send(this.intended(next), signal).then(() => {
            open -= 1;
            finished();
          });
          next += 1;
        }
        if (next < requests) timer = setTimeout(tick, Math.max(0, (this.intended(next) - this.elapsed) * 1000));
      };
      tick();
    });
  }

  private async send(intended: number, signal: AbortSignal): Promise<void> {
    const request = this.workload.next();
    const { kind, id } = request;
    const sent = this.elapsed;
    // A request that is late by more than the timeout is not sent at all: its visitor would have given up.
    if (this.inFlight >= this.maxInFlight || sent - intended > this.timeout.toSeconds()) {
      this.results.push({ kind, id, intended, done: sent, error: "unsent" });
      return;
    }
    this.inFlight += 1;
    const answer = await exchange(this.target, request, { timeout: this.timeout, signal });
    this.inFlight -= 1;
    const error = this.workload.judge(request, answer);
    this.results.push({ kind, id, intended, sent, done: this.elapsed, status: answer.status, error });
  }
}
