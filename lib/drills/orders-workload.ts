import { randomUUID } from "node:crypto";
import type { HttpAnswer } from "./http-exchange";
import type { PlannedRequest, Workload } from "./open-loop-client";
import { SeededRandom } from "./random";

export interface OrdersWorkloadProps {
  readonly random: SeededRandom;
  /** Part of the requests that read, 0 to 1. @default 0.5 */
  readonly readShare?: number;
  /** Where the application keeps its orders. @default "/orders" */
  readonly path?: string;
}

/**
 * The drills' visitors: half of them place an order, half look at one that was acknowledged before.
 *
 * | request | right answer |
 * |---|---|
 * | `PUT /orders/{uuid}`, body JSON that holds the uuid | 200 or 201 after the commit; the same again when it is repeated |
 * | `GET /orders/{uuid}` | 200 and a body that holds the uuid |
 * | `GET /orders` | 200 and one uuid a line: the read-back at the end |
 *
 * Reads and writes are drawn, not alternated: strict alternation in step with a load balancer that takes turns would
 * send every write to the same server.
 */
export class OrdersWorkload implements Workload {
  readonly path: string;
  private readonly random: SeededRandom;
  private readonly readShare: number;
  private readonly known: string[] = [];

  constructor(props: OrdersWorkloadProps) {
    this.random = props.random;
    this.readShare = props.readShare ?? 0.5;
    this.path = props.path ?? "/orders";
  }

  next(): PlannedRequest {
    const read = this.random.fraction() < this.readShare && this.known.length > 0;
    if (read) {
      const id = this.random.pick(this.known);
      return { kind: "read", id, method: "GET", path: `${this.path}/${id}` };
    }
    // Not from the seed: two drills with the same seed on a kept hive must not write the same orders.
    const id = randomUUID();
    const body = JSON.stringify({ order: id, item: "honey" });
    return { kind: "write", id, method: "PUT", path: `${this.path}/${id}`, body };
  }

  judge(request: PlannedRequest, answer: HttpAnswer): string | undefined {
    if (answer.error !== undefined) return answer.error;
    if (request.kind === "write") {
      if (answer.status !== 200 && answer.status !== 201) return `http-${answer.status}`;
      this.known.push(request.id);
      return undefined;
    }
    if (answer.status === 404) return "missing";
    if (answer.status !== 200) return `http-${answer.status}`;
    return answer.body.includes(request.id) ? undefined : "wrong-answer";
  }
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** The ids in the answer to `GET /orders`, repetitions included. */
export function orderIds(body: string): string[] {
  return (body.match(UUID) ?? []).map((id) => id.toLowerCase());
}
