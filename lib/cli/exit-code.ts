/** Exit status of a command. An aborted command never ends with 0. */
export const ExitCode = {
  ok: 0,
  /** A promise was not kept. */
  broken: 1,
  /** A drill could not tell: hive not well before the fault, host too busy, fault without effect. */
  inconclusive: 2,
  /** The command line, the program or the manifest is not right. */
  usage: 3,
  /** Something outside is missing: root, a container engine, Terraform. */
  environment: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Ends a command with a message for people and an exit code for the shell. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(
    message: string,
    readonly exitCode: ExitCode,
  ) {
    super(message);
  }
}

/** The reason with which a command's AbortSignal is aborted. */
export class InterruptedError extends CommandError {
  constructor(signal: string) {
    super(`interrupted by ${signal}`, ExitCode.interrupted);
  }
}
