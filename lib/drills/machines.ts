/** What a drill needs of the place where the machines run. The lab is one; anything that can cut the power is another. */
export interface Machines {
  /** Runs a program on the machine, without a shell. Rejects when the machine is not running. */
  exec(machine: string, command: readonly string[]): Promise<CommandResult>;
  /** Power loss: no process shuts down, no connection is closed, no packet leaves the machine any more. */
  powerOff(machine: string): Promise<unknown>;
  powerOn(machine: string): Promise<unknown>;
  isRunning(machine: string): Promise<boolean>;
}

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}
