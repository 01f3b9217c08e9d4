export type RequestKind = "read" | "write";

/** What became of one request. Times are seconds since the client started. */
export interface RequestRecord {
  readonly kind: RequestKind;
  /** The order that was written or asked for. */
  readonly id: string;
  /** When the schedule wanted it to leave. Every duration counts from here, not from `sent`. */
  readonly intended: number;
  /** When it left; absent when it never did. */
  readonly sent?: number;
  /** When the answer was complete, or when the client gave up. */
  readonly done: number;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /**
   * Why it counts as failed; absent when it succeeded. `timeout`, `refused`, `reset`, `unreachable`, `malformed`,
   * `unsent`, `http-503`, `missing` (an acknowledged order was not found), `wrong-answer`.
   */
  readonly error?: string;
}

export const hasFailed = (record: RequestRecord): boolean => record.error !== undefined;

/** Seconds from the moment the request should have left until its answer, or until the client gave up. */
export const responseTime = (record: RequestRecord): number => record.done - record.intended;

/** Seconds that the client itself was late. */
export const sendLag = (record: RequestRecord): number => (record.sent ?? record.done) - record.intended;

export const isAcknowledgedWrite = (record: RequestRecord): boolean => record.kind === "write" && !hasFailed(record);
