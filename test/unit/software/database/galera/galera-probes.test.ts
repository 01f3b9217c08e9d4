import { execFile } from "node:child_process";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { leadersBy, missingBy } from "../../../../../lib/drills/probe";
import { PROBED_ADDRESS } from "../../../../../lib/manifest/format";
import type { ManifestProbe } from "../../../../../lib/manifest/manifest";
import { galeraProbes } from "../../../../../lib/software/database/galera/galera-probes";

const run = promisify(execFile);
const [WHOLE, WRITER] = galeraProbes(3, 9200);

/** Runs a probe against an agent that answers this; against nobody when it is undefined. */
async function asked(probe: ManifestProbe, answer: string | undefined, status = 200) {
  const server = http.createServer((_, response) => response.writeHead(status).end(answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  if (answer === undefined) await new Promise((resolve) => server.close(resolve));
  const own = `${PROBED_ADDRESS}:9200`;
  const [program, ...args] = probe.command.map((word) => word.replace(own, `127.0.0.1:${port}`));
  try {
    return await run(program!, args).then(
      ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({ ...error, status: error.code }),
    );
  } finally {
    server.close();
  }
}

const agent = (rest: object): string =>
  JSON.stringify({ writer: "db-a", size: 3, synced: true, state: "Synced", ...rest });

test("a full member is whole, also when its agent answers 503 because it is not the writer", async () => {
  expect(missingBy(WHOLE, await asked(WHOLE, agent({})))).toEqual([]);
  expect(missingBy(WHOLE, await asked(WHOLE, agent({}), 503))).toEqual([]);
});

test.each([
  [{ size: 2 }, "it sees 2 of 3 nodes"],
  [{ synced: false, state: "Donor/Desynced" }, "it is not in sync (Donor/Desynced)"],
  [{ writer: null }, "it knows no writer"],
  [{ size: null, synced: false, state: null }, "it sees 0 of 3 nodes, it is not in sync (no state)"],
])("%j is a problem", async (rest, problem) => {
  expect(missingBy(WHOLE, await asked(WHOLE, agent(rest)))).toEqual([problem]);
});

test.each([
  ["nothing", undefined, "its database agent does not answer"],
  ["a page of something else", "<html>", "its database agent answers something else than its status"],
  ["a list", "[]", "its database agent answers something else than its status"],
])("%s is a problem", async (_, answer, problem) => {
  expect(missingBy(WHOLE, await asked(WHOLE, answer))).toEqual([problem]);
});

test("each member names the writer that it knows", async () => {
  const named = async (rest: object) => (await asked(WRITER, agent(rest))).stdout;
  const answers = await Promise.all([named({}), named({ writer: null }), named({})]);
  expect(
    leadersBy(
      WRITER,
      answers.map((printed, i) => ({ machine: `db-${i}`, printed })),
    ),
  ).toEqual(["db-a"]);
});
