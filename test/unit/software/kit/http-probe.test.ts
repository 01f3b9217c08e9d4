import { execFile } from "node:child_process";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { httpProbe, type HttpProbe } from "../../../../lib/software/kit/http-probe";

let server: Server;
let asked: IncomingHttpHeaders = {};
beforeAll(async () => {
  server = createServer((request, response) => {
    asked = request.headers;
    response.statusCode = request.url === "/moved" ? 301 : 200;
    response.end("all is well");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(() => void server.close());

/** The program that machines run. @returns what it says; nothing when it got the answer that it wants */
function run(wanted: Partial<HttpProbe>): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const { command } = httpProbe({ description: "it answers", host: "127.0.0.1", port, timeoutSeconds: 3, ...wanted });
  return new Promise((done) =>
    execFile(command[0]!, command.slice(1), (error, _, said) => done(error === null ? "" : said.trim())),
  );
}

const HEADERS = { Host: "shop.example.org", "X-Forwarded-Proto": "https" };

test.each<[string, Partial<HttpProbe>]>([
  ["nothing more", {}],
  ["a text", { text: "well" }],
  ["headers", { headers: HEADERS }],
  ["a text and headers", { text: "all is", headers: HEADERS }],
])("an answer that is wanted with %s passes", async (_, wanted) => {
  expect(await run(wanted)).toBe("");
});

test("headers are sent, the usual ones among them", async () => {
  await run({ headers: HEADERS });
  expect(asked).toMatchObject({ host: "shop.example.org", "x-forwarded-proto": "https", "user-agent": "beehive" });
  await run({});
  expect(asked.host).toMatch(/^127\.0\.0\.1:\d+$/);
});

test("another status and another text are said", async () => {
  expect(await run({ path: "/moved", headers: HEADERS })).toMatch(/GET \/moved at .* answers 301, wanted is 200/);
  expect(await run({ text: "sick" })).toMatch(/answers without 'sick': all is well/);
});
