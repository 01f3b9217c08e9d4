import type { Readable, Writable } from "node:stream";
import { createInterface } from "node:readline";

interface Message {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
}

/** QEMU's own protocol: what hardware does to a machine. One JSON object a line, answers in the order of the questions. */
export class Qmp {
  private readonly waiting: { resolve(value: unknown): void; reject(reason: Error): void }[] = [];
  private readonly listeners: { readonly event: string; resolve(): void }[] = [];

  constructor(
    answers: Readable,
    private readonly questions: Writable,
  ) {
    createInterface(answers).on("line", (line) => this.hear(JSON.parse(line) as Message));
    questions.on("error", () => undefined); // QEMU has ended, which its owner sees
  }

  execute(command: string, properties: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.questions.write(`${JSON.stringify({ execute: command, arguments: properties })}\n`);
    });
  }

  /** The next event of this name. */
  event(name: string): Promise<void> {
    return new Promise((resolve) => this.listeners.push({ event: name, resolve }));
  }

  private hear(message: Message): void {
    if (message.event !== undefined) {
      for (const listener of this.listeners.filter(({ event }) => event === message.event)) {
        this.listeners.splice(this.listeners.indexOf(listener), 1);
        listener.resolve();
      }
    } else if (message.error !== undefined) this.waiting.shift()?.reject(new Error(message.error.desc));
    else if ("return" in message) this.waiting.shift()?.resolve(message.return);
  }
}
