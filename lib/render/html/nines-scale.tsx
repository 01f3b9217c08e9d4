import { percent } from "../../judgement/format";
import type { Prediction } from "../../judgement/prediction";

interface ScaleProps {
  readonly prediction: Prediction;
  /** Share of time, when availability is promised. */
  readonly promised: number | undefined;
}

/** Two nines to six, with the range of the prediction and the promise on it. The numbers stand beside it as text. */
export function NinesScale({ prediction: { total }, promised }: ScaleProps) {
  const { low, likely, high } = total.nines;
  const ticks = [2, 3, 4, 5, 6];
  const at = (nines: number) => 4 + (92 * (Math.min(6.25, Math.max(1.75, nines)) - 1.75)) / 4.5;
  const x = (nines: number) => `${at(nines).toFixed(2)}%`;
  return (
    <svg class="scale" width="100%" height="74" aria-hidden="true" focusable="false">
      <rect class="scale-track" x="0" y="28" width="100%" height="8" rx="4" />
      <rect class="scale-range" x={x(low)} y="28" width={`${(at(high) - at(low)).toFixed(2)}%`} height="8" rx="4" />
      {ticks.map((nines) => (
        <>
          <line class="scale-tick" x1={x(nines)} x2={x(nines)} y1="42" y2="48" />
          <text class="scale-label" x={x(nines)} y="64">
            {percent(10 ** -nines)}
          </text>
        </>
      ))}
      {promised !== undefined && (
        <>
          <line class="scale-promise" x1={x(-Math.log10(promised))} x2={x(-Math.log10(promised))} y1="20" y2="42" />
          <text class="scale-label scale-promised" x={x(-Math.log10(promised))} y="13">
            promised
          </text>
        </>
      )}
      <circle class="scale-likely" cx={x(likely)} cy="32" r="8" />
    </svg>
  );
}
