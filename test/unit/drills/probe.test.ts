import { commandOn, leadersBy, missingBy } from "../../../lib/drills/probe";
import { PROBED_ADDRESS } from "../../../lib/manifest/format";
import type { LeaderProbe, WholeProbe } from "../../../lib/manifest/manifest";

const WHOLE: WholeProbe = { asks: "whole", command: ["ask"], expected: "whole", silent: "it does not answer" };
const said = (stdout: string, status = 0, stderr = "") => ({ stdout, status, stderr });

describe("a question whether a tier is whole", () => {
  test("has nothing to complain of after the expected answer", () => {
    expect(missingBy(WHOLE, said("whole\n"))).toEqual([]);
    expect(missingBy({ ...WHOLE, expected: "" }, said(""))).toEqual([]);
  });

  test("takes every line of another answer for what is missing", () => {
    expect(missingBy(WHOLE, said("web-1 is DOWN\nweb-2 is not known\n"))).toEqual([
      "web-1 is DOWN",
      "web-2 is not known",
    ]);
  });

  test("takes the reason of a program that fails", () => {
    expect(missingBy(WHOLE, said("whole", 1, "Traceback\nits agent does not answer\n"))).toEqual([
      "its agent does not answer",
    ]);
    expect(missingBy({ ...WHOLE, expected: "" }, said("", 1))).toEqual(["it does not answer"]);
  });

  test("knows what silence means", () => {
    expect(missingBy(WHOLE, undefined)).toEqual(["it does not answer"]);
    expect(missingBy(WHOLE, said(""))).toEqual(["it does not answer"]);
  });

  test("is asked with the machine's own address", () => {
    const probe = { ...WHOLE, command: ["ask", `http://${PROBED_ADDRESS}:9200/`] };
    expect(commandOn(probe, { privateAddress: "10.77.0.31" } as never)).toEqual(["ask", "http://10.77.0.31:9200/"]);
  });
});

describe("a question who leads", () => {
  const LEADER = { asks: "leader", role: "writer", command: ["ask"] } as const;
  const answers = (...printed: string[]) => printed.map((text, i) => ({ machine: `db-${i + 1}`, printed: text }));

  test("is answered by each machine for itself", () => {
    const probe: LeaderProbe = { ...LEADER, expected: "^here$", says: "itself" };
    expect(leadersBy(probe, answers("elsewhere\n", "here\n", ""))).toEqual(["db-2"]);
    expect(leadersBy(probe, answers("here", "here", ""))).toEqual(["db-1", "db-2"]);
    expect(leadersBy(probe, answers("", "", ""))).toEqual([]);
  });

  test("is answered by more than half of the machines", () => {
    const probe: LeaderProbe = { ...LEADER, expected: "^writer (\\S+)$", says: "majority" };
    expect(leadersBy(probe, answers("writer db-2\n", "writer db-2\n", ""))).toEqual(["db-2"]);
    expect(leadersBy(probe, answers("writer db-2", "writer db-1", "writer db-3"))).toEqual([]);
    expect(leadersBy(probe, answers("writer db-2", "", ""))).toEqual([]);
    expect(leadersBy(probe, answers("writer db-2", "writer db-2", "no writer", ""))).toEqual([]);
  });
});
