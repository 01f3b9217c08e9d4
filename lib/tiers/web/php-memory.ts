import { bytesText, parseBytes } from "../../core/bytes";
import { BeehiveError } from "../../core/errors";
import type { Machine } from "../../contracts/site";
import type { AppMemory } from "./web-app";

/** Assumed, and low: what an idle worker has for itself alone; extensions and opcache are shared. */
const IDLE = 4 * 1024 ** 2;
/** On a machine of an unknown size more than this is worth a question. */
const MUCH = 64 * 1024 ** 3;

export interface MemoryVerdict {
  /** The workers alone do not fit. */
  readonly refusal?: BeehiveError;
  /** They fit, and what their requests may take together does not. */
  readonly warning?: string;
}

/** @param machine one of the tier's whose memory is known, if there is one */
export function phpMemory(path: string, { children, limit, chosen }: AppMemory, machine?: Machine): MemoryVerdict {
  const most = children * parseBytes(limit);
  const all = `with memoryLimit ${limit} their requests may take ${bytesText(most)} on each server`;
  if (machine?.memory === undefined) {
    if (most <= MUCH) return {};
    return { warning: `${path}: app.children is ${children}; ${all}. Lower it unless the machines have that much.` };
  }
  const { bytes, size } = machine.memory;
  const has = `machine ${machine.name} (${size}) has ${bytesText(bytes)}`;
  const fitting = Math.max(1, Math.floor(bytes / parseBytes(limit)));
  if (children * IDLE > bytes) {
    const problem =
      `app.children is ${children}; all of them start at once and take ${bytesText(children * IDLE)} or more before the first ` +
      `request, ${all}, and ${has}. Use ${fitting} or fewer, or larger machines.`;
    return { refusal: new BeehiveError(path, problem) };
  }
  if (!chosen || most <= bytes) return {};
  const doubt = `${all}, and ${has}. At ${fitting} or fewer a busy hour cannot take more than that.`;
  return { warning: `${path}: app.children is ${children}; ${doubt}` };
}
