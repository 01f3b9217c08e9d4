import { execFile } from "node:child_process";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { Duration } from "../../../../lib/core/duration";
import { backInRotation, rotationPort, rotationSection } from "../../../../lib/software/load-balancing/rotation";

const DOOR = { machine: "lb-1", address: "10.80.0.11", port: 18100 };
const SERVERS = [
  { name: "web-a", address: "10.80.0.21", port: 8080 },
  { name: "web-b", address: "fd00::22", port: 8080 },
];

describe("where a load balancer says who is in rotation", () => {
  it("answers for each server by its address, and for nobody else", () => {
    expect(rotationSection({ ...DOOR, from: [] }, ["servers"], SERVERS).lines).toEqual(
      expect.arrayContaining([
        "bind 10.80.0.11:18100",
        "http-request return status 200 content-type text/plain string up if { path /any } { nbsrv(servers) gt 0 }",
        "http-request return status 503 content-type text/plain string down if { path /any }",
        "http-request return status 200 content-type text/plain string up if { path /10.80.0.21:8080 } { srv_is_up(servers/web-a) }",
        "http-request return status 503 content-type text/plain string down if { path /10.80.0.21:8080 }",
        "http-request return status 200 content-type text/plain string up if { path /[fd00::22]:8080 } { srv_is_up(servers/web-b) }",
        "http-request return status 404 content-type text/plain string unknown",
      ]),
    );
  });

  it("is open to the servers alone", () => {
    expect(rotationPort({ ...DOOR, from: ["10.80.0.21"] })).toMatchObject({
      address: "10.80.0.11",
      port: 18100,
      from: ["10.80.0.21"],
    });
  });
});

describe("a server's gate", () => {
  const within = Duration.seconds(1.6);
  const gateAt = (ports: Record<string, number>) => {
    const doors = Object.entries(ports).map(([machine, port]) => ({ machine, address: "127.0.0.1", port }));
    return backInRotation({
      who: "the load balancers",
      what: "send visitors here",
      address: "10.80.0.21",
      port: 8080,
      within,
      doors,
    }).gate;
  };
  const ask = async (ports: Record<string, number>) => {
    const [program, ...args] = gateAt(ports).at(-1)!.command;
    return promisify(execFile)(program!, args).then(
      () => "passed",
      ({ stderr }: { stderr: string }) => stderr.trim(),
    );
  };
  const servers: http.Server[] = [];
  const answering = async (status: number): Promise<number> => {
    const server = http.createServer((request, response) => {
      response.writeHead(request.url === "/10.80.0.21:8080" ? status : 500).end();
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return (server.address() as AddressInfo).port;
  };
  afterAll(() => servers.forEach((server) => server.close()));

  it("waits, and asks nobody where no load balancer can be asked", () => {
    expect(gateAt({}).map(({ command }) => command)).toEqual([["sleep", "1.6"]]);
  });

  it("passes when every load balancer that answers sends visitors, or does not know the server yet", async () => {
    expect(await ask({ "lb-1": await answering(200), "lb-2": await answering(404) })).toBe("passed");
  });

  it("passes when a load balancer is dead", async () => {
    const gone = await answering(200);
    await new Promise((closed) => servers.pop()!.close(closed));
    expect(await ask({ "lb-1": gone, "lb-2": await answering(200) })).toBe("passed");
  });

  it("stays closed while one load balancer does not reach the server, and names it", async () => {
    expect(await ask({ "lb-1": await answering(200), "lb-2": await answering(503) })).toMatch(
      /^10\.80\.0\.21:8080 is sent nobody by lb-2, whose health checks fail\./,
    );
  });
});
