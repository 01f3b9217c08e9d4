/** Receives the progress of a long operation. */
export type StepReporter = (text: string) => void;

/** Progress of a lab: which machine, which step. */
export interface LabReporter {
  /** A step of the lab itself has begun. */
  step(text: string): void;
  /** A machine reached a step. */
  machine(name: string, text: string): void;
}

export const silentReporter: LabReporter = { step: () => undefined, machine: () => undefined };
