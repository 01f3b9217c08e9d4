import { isAcknowledgedWrite, type RequestRecord } from "./request-record";

/** Writes sorted by what became of them, in the words of Jepsen's set checker. Each is a number of writes. */
export interface WriteCheck {
  /** The client got an acknowledgement for them. */
  readonly acknowledged: number;
  /** Acknowledged, and not there at the end. Every one is a broken promise. */
  readonly lost: number;
  /** Outcome unknown to the client, and there at the end. */
  readonly recovered: number;
  /** There at the end, though never asked for, or refused. */
  readonly unexpected: number;
  /** Sent, and neither acknowledged nor refused (a timeout, a reset, an HTTP 5xx). `recovered` are part of them. */
  readonly unknown: number;
  /** There more than once at the end. */
  readonly duplicated: number;
  /** Up to ten of the lost ones, to look for in the logs. */
  readonly lostIds: readonly string[];
}

/** Failures after which the write was certainly not carried out: no request reached a server, or it said no. */
const NOT_DONE = new Set(["unsent", "refused", "unreachable"]);
const isRefused = (record: RequestRecord): boolean =>
  NOT_DONE.has(record.error ?? "") || (record.status !== undefined && record.status >= 400 && record.status < 500);

/**
 * Remembers what was asked for and what was acknowledged, and compares it with what is there at the end.
 *
 * It cannot see a write that is stored with a wrong content, and not whether two writes happened in order.
 */
export class WriteChecker {
  private readonly acknowledged = new Set<string>();
  private readonly unknown = new Set<string>();

  /** @param before ids that existed before the first write; they are not unexpected at the end. */
  constructor(private readonly before: Iterable<string> = []) {}

  record(records: Iterable<RequestRecord>): void {
    for (const record of records) {
      if (record.kind !== "write") continue;
      if (isAcknowledgedWrite(record)) this.acknowledged.add(record.id);
      else if (!isRefused(record)) this.unknown.add(record.id);
    }
  }

  /** @param present every id that a complete read returned, repetitions included. */
  check(present: readonly string[]): WriteCheck {
    const counts = new Map<string, number>();
    for (const id of present) counts.set(id, (counts.get(id) ?? 0) + 1);
    const lost = [...this.acknowledged].filter((id) => !counts.has(id));
    const known = new Set([...this.before, ...this.acknowledged, ...this.unknown]);
    return {
      acknowledged: this.acknowledged.size,
      lost: lost.length,
      recovered: [...this.unknown].filter((id) => counts.has(id)).length,
      unexpected: [...counts.keys()].filter((id) => !known.has(id)).length,
      unknown: this.unknown.size,
      duplicated: [...counts.values()].filter((times) => times > 1).length,
      lostIds: lost.slice(0, 10),
    };
  }
}
