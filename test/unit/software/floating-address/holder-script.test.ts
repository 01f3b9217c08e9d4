import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import type { AddressInfo } from "node:net";
import { holderScript } from "../../../../lib/software/floating-address/holder-script";

const SELF = "127.0.0.2";
const PEERS = ["127.0.0.3", "127.0.0.4"];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-holder-script-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** What a load balancer answers to `/any`: a status; it hangs; its machine refuses. */
type Answer = number | "hangs" | "refuses";

let port: number;
let open: (http.Server | net.Server)[] = [];
beforeAll(async () => {
  const probe = http.createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  port = (probe.address() as AddressInfo).port;
  probe.close();
});
afterEach(async () => {
  for (const server of open) await new Promise((done) => server.close(done));
  open = [];
});

async function listen(address: string, answer: Answer): Promise<void> {
  if (answer === "refuses") return;
  const server =
    answer === "hangs"
      ? net.createServer((socket) => socket.unref().on("error", () => undefined))
      : http.createServer((request, response) => {
          response
            .writeHead(request.url === "/any" || request.url === "/" ? answer : 404, { Connection: "close" })
            .end();
        });
  server.unref();
  if (answer !== "hangs") open.push(server);
  await new Promise<void>((done) => server.listen(port, address, done));
  if (answer === "hangs") hung.push(server);
}
const hung: net.Server[] = [];
afterEach(() => hung.splice(0).forEach((server) => server.close()));

interface World {
  /** What its own load balancer answers on 127.0.0.1. */
  readonly ready?: Answer;
  /** Whether it says that it has servers. */
  readonly own?: Answer;
  readonly peers?: readonly Answer[];
  /** The address of the entrance; 127.0.0.1 is on this machine. */
  readonly address?: string;
}

async function run(mode: string, { ready = 200, own = 200, peers = [200, 200], address = "192.0.2.7" }: World) {
  await listen("127.0.0.1", ready);
  await listen(SELF, own);
  for (const [i, answer] of peers.entries()) await listen(PEERS[i]!, answer);
  const file = path.join(folder, `script-${mode}`);
  const { content } = holderScript({
    constructPath: "shop/entrance",
    path: file,
    readyPort: port,
    self: SELF,
    peers: PEERS.slice(0, peers.length),
    address,
  });
  fs.writeFileSync(file, content, { mode: 0o755 });
  return new Promise<number>((done) =>
    execFile(file, [mode], (error) => done(error === null ? 0 : (error.code as unknown as number))),
  );
}

describe("a load balancer may hold the address", () => {
  test.each<[string, World, boolean]>([
    ["while it serves and has servers", {}, true],
    ["not when it does not serve", { ready: "refuses" }, false],
    ["not when it hangs", { ready: "hangs" }, false],
    ["not when it says that it cannot", { ready: 503 }, false],
    ["not without servers, when another has some", { own: 503, peers: [503, 200] }, false],
    ["without servers, when no other has any either", { own: 503, peers: [503, 503] }, true],
    ["without servers, when the others are dead or hang", { own: 503, peers: ["refuses", "hangs"] }, true],
    ["when it does not know the question yet", { own: 404, peers: [200, 200] }, true],
    ["when its own answer is lost", { own: "hangs", peers: [200, 200] }, true],
    ["without servers, alone", { own: 503, peers: [] }, true],
  ])("%s", async (_, world, may) => {
    expect((await run("ready", world)) === 0).toBe(may);
  });
});

describe("a holder is worth less than one that takes the address while it is silent", () => {
  const holder = "127.0.0.1";
  test.each<[string, World, boolean]>([
    ["when all others are there", { address: holder }, true],
    ["also when they have no servers", { address: holder, peers: [503, 404] }, true],
    [
      "not while one of them is dead: it may wake up and think that it holds the address",
      { address: holder, peers: [200, "refuses"] },
      false,
    ],
    ["not while one of them hangs", { address: holder, peers: ["hangs", 200] }, false],
    ["not when it does not hold the address", { address: "192.0.2.7" }, false],
  ])("%s", async (_, world, less) => {
    expect((await run("fresh", world)) !== 0).toBe(less);
  });
});
