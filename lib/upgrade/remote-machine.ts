/** One machine that a command holds, so that no rollout and no other upgrade works on it. */
export interface RemoteMachine {
  readonly name: string;
  /** Another one after each reboot. */
  readonly boot: string;
  /**
   * Has the machine do something.
   *
   * @param onSay gets what it says on the way
   * @throws MachineRefusal when the machine refuses, ConnectionLost when nobody knows
   */
  request(message: object, onSay?: (line: string) => void): Promise<unknown>;
  /** Lets it go. What it was doing it finishes. */
  close(): Promise<void>;
}

/** The machine said no, and in which state it is. */
export class MachineRefusal extends Error {
  override readonly name = "MachineRefusal";
}

/** The machine finishes what it was doing, and nobody hears of it. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}
