import pc from "picocolors";

/** Shows what a long command is doing: which step, what in it, for how long. */
export interface Progress {
  /**
   * Shows `title` while `work` runs. `work` gets a function that shows one line of detail at a time.
   *
   * @throws what `work` throws, after the step was shown as failed
   */
  step<T>(title: string, work: (detail: (line: string) => void) => Promise<T>): Promise<T>;
  /** A line between steps. */
  note(line: string): void;
}

export interface ProgressOptions {
  /** @default true when standard output is a terminal and `CI` is not set */
  readonly interactive?: boolean;
  /** Where plain lines go. @default standard output */
  readonly print?: (line: string) => void;
}

export function makeProgress(options: ProgressOptions = {}): Progress {
  const interactive = options.interactive ?? (process.stdout.isTTY === true && !process.env.CI);
  return interactive ? new TerminalProgress() : new PlainProgress(options.print ?? console.log);
}

/** One line for each event, with the time since the command began. For logs and pipes. */
class PlainProgress implements Progress {
  private readonly begin = performance.now();

  constructor(private readonly print: (line: string) => void) {}

  async step<T>(title: string, work: (detail: (line: string) => void) => Promise<T>): Promise<T> {
    const begin = performance.now();
    this.note(title);
    let last = "";
    try {
      const result = await work((line) => {
        if (line !== last) this.note(`  ${line}`);
        last = line;
      });
      this.note(`  done in ${seconds(begin)}`);
      return result;
    } catch (error) {
      this.note(`  failed after ${seconds(begin)}`);
      throw error;
    }
  }

  note(line: string): void {
    this.print(`[${seconds(this.begin).padStart(8)}] ${line}`);
  }
}

/** A spinner with the elapsed time, and the newest detail below it. */
class TerminalProgress implements Progress {
  async step<T>(title: string, work: (detail: (line: string) => void) => Promise<T>): Promise<T> {
    const { Listr, PRESET_TIMER } = await import("listr2");
    const outcome: { result?: T } = {};
    const tasks = new Listr(
      [
        {
          title,
          task: async (_, task): Promise<void> => {
            outcome.result = await work((line) => (task.output = line));
          },
        },
      ],
      {
        // The command itself answers Ctrl-C: it has machines to remove.
        registerSignalListeners: false,
        rendererOptions: {
          timer: { ...PRESET_TIMER, condition: true },
          collapseErrors: false,
          showErrorMessage: false,
        },
      },
    );
    await tasks.run();
    return outcome.result as T;
  }

  note(line: string): void {
    console.log(pc.dim(line));
  }
}

const seconds = (begin: number): string => `${((performance.now() - begin) / 1000).toFixed(1)} s`;
