import { z } from "../core/zod";
import { parseHours, type Probability, PROVENANCES, type Time } from "./estimate";

export const timeSchema = z.custom<Time>((value) => parseHours(value) !== undefined, {
  error: 'is not a time. Write a number with its unit (ms, s, min, h, days, weeks, months, years): "30 s", "4 months".',
});

const inUnitInterval = (value: unknown) => typeof value === "number" && value >= 0 && value <= 1;

export const probabilitySchema = z.custom<Probability>(
  (value) =>
    inUnitInterval(value) ||
    (Array.isArray(value) &&
      (value.length === 2 || value.length === 3) &&
      value.every((entry, i) => inUnitInterval(entry) && (i === 0 || (value[i - 1] as number) <= (entry as number)))),
  {
    error:
      "is not a probability: allowed are 0 to 1, [low, high] or [low, likely, high] in ascending order. " +
      "Write the share of time that it is down: 0.001 for an availability of 99.9 %.",
  },
);

export const provenanceSchema = z.enum(PROVENANCES, { error: `is not one of ${PROVENANCES.join(", ")}.` });
