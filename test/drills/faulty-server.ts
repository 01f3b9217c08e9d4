import http from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpTarget } from "../../lib/drills/http-exchange";

/** An application that keeps orders in memory, and that a test can make ill. */
export class FaultyServer {
  readonly orders = new Map<string, string>();
  /** Called before each answer; says what goes wrong with this one. */
  fault: (requestNumber: number) => "hang" | "drop" | "error" | number | undefined = () => undefined;
  /** TCP connections that were opened. */
  connections = 0;
  private requests = 0;
  private readonly server = http.createServer((request, response) => {
    const fault = this.fault(this.requests++);
    if (fault === "hang") return;
    if (fault === "drop") return void request.socket.destroy();
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const answer = (): void => {
        const [status, body] =
          fault === "error" ? [503, "ill"] : this.answer(request, Buffer.concat(chunks).toString());
        response.writeHead(status).end(body);
      };
      if (typeof fault === "number") setTimeout(answer, fault);
      else answer();
    });
  });

  private answer({ method, url = "" }: http.IncomingMessage, body: string): [number, string] {
    const id = url.slice("/orders/".length);
    if (method === "PUT") {
      this.orders.set(id, body);
      return [201, "in"];
    }
    if (url === "/health") return [200, "ok"];
    if (url === "/orders") return [200, [...this.orders.keys()].join("\n")];
    const order = this.orders.get(id);
    return order === undefined ? [404, "no such order"] : [200, order];
  }

  async start(): Promise<HttpTarget> {
    this.server.on("connection", () => (this.connections += 1));
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return { address: "127.0.0.1", port: (this.server.address() as AddressInfo).port };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
