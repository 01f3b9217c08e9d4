import { output, pipe, run } from "../../../lib/lab/command";
import { parallel, sleep } from "../../../lib/core/parallel";

describe("running a program", () => {
  test("reports status and both streams", async () => {
    const result = await run(["sh", "-c", "echo out; echo err >&2; exit 3"]);
    expect(result).toEqual({ status: 3, stdout: "out\n", stderr: "err\n" });
  });

  test("hands its input over and closes it", async () => {
    expect(await output(["cat"], { input: "hello" })).toBe("hello");
  });

  test("ends a program that takes too long", async () => {
    const begin = Date.now();
    await expect(run(["sleep", "30"], { timeout: 0.2 })).rejects.toThrow("sleep did not end within 0.2 s");
    expect(Date.now() - begin).toBeLessThan(5000);
  });

  test("ends a program when it is interrupted, with the reason", async () => {
    const interruption = new AbortController();
    setTimeout(() => interruption.abort(new Error("enough")), 50);
    await expect(run(["sleep", "30"], { signal: interruption.signal })).rejects.toThrow("enough");
  });

  test("a program that does not exist is an error, not a status", async () => {
    await expect(run(["beehive-no-such-program"])).rejects.toThrow("ENOENT");
  });

  test("a failure that matters carries what the program said last", async () => {
    await expect(output(["sh", "-c", "echo reason >&2; exit 2"])).rejects.toThrow(/failed \(status 2\):\nreason/);
  });

  test("tells each line as it comes, the unfinished one as part of the result only", async () => {
    const lines: string[] = [];
    await run(["printf", "one\\n\\ntwo\\nrest"], { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(["one", "two"]);
  });
});

describe("connecting two programs", () => {
  test("the second one reads what the first one writes", async () => {
    expect(await pipe(["printf", "abc"], ["tr", "a-c", "A-C"])).toBe("ABC");
  });

  test("a failure of the first one is a failure, even when the second one is content", async () => {
    await expect(pipe(["sh", "-c", "echo half; echo broken >&2; exit 1"], ["cat"])).rejects.toThrow("broken");
  });

  test("a failure of the second one is a failure", async () => {
    await expect(pipe(["echo", "x"], ["sh", "-c", "cat >/dev/null; echo full >&2; exit 4"])).rejects.toThrow("full");
  });
});

describe("working in parallel", () => {
  test("no more than the width run at once, and every item is done", async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await parallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, ++running);
      await sleep(5);
      running--;
      done.push(item);
    });
    expect(most).toBe(3);
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("after a failure nothing is begun, and what is under way ends first", async () => {
    const begun: number[] = [];
    let slowEnded = false;
    const work = async (item: number) => {
      begun.push(item);
      if (item === 1) throw new Error("first");
      await sleep(30);
      slowEnded = true;
    };
    await expect(parallel([1, 2, 3, 4], 2, work)).rejects.toThrow("first");
    expect(begun).toEqual([1, 2]);
    expect(slowEnded).toBe(true);
  });
});
