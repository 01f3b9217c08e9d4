import { repeatedFault, unknownFault } from "../errors";
import { dbWriterPowerLoss } from "./db-writer-power-loss";
import type { Fault } from "./fault";
import { lbPowerLoss } from "./lb-power-loss";
import { webPowerLoss } from "./web-power-loss";
import { zonePowerLoss } from "./zone-power-loss";

/** Every fault, in the order in which a demo runs them. */
export const FAULTS: readonly Fault[] = [webPowerLoss, lbPowerLoss, dbWriterPowerLoss, zonePowerLoss];

/** @throws RangeError for a name that results cannot have: reading them has checked it */
export function faultNamed(name: string): Fault {
  const fault = FAULTS.find((one) => one.name === name);
  if (fault === undefined) throw new RangeError(`there is no fault ${name}`);
  return fault;
}

/**
 * @param text as after `--drills`: keys or names, separated by commas
 * @throws DrillError when one is unknown or named twice
 */
export function parseFaults(text: string): Fault[] {
  const faults: Fault[] = [];
  for (const word of text.split(",").map((part) => part.trim())) {
    const fault = FAULTS.find(({ key, name }) => key === word || name === word);
    if (fault === undefined) {
      throw unknownFault(
        word,
        FAULTS.map(({ key }) => key),
      );
    }
    if (faults.includes(fault)) throw repeatedFault(word);
    faults.push(fault);
  }
  return faults;
}
