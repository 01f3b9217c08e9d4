import { databaseMember } from "../../lib/drills/database-member";
import { missingServers } from "../../lib/drills/load-balancer-state";

describe("a database agent's answer", () => {
  const status = (rest: object): string =>
    JSON.stringify({ writer: "db-a", size: 3, synced: true, state: "Synced", ...rest });

  test("of a full member names the writer and no problem", () => {
    expect(databaseMember("db-b", status({}), 3)).toEqual({ machine: "db-b", writer: "db-a", problem: undefined });
  });

  test.each([
    [{ size: 2 }, "it sees 2 of 3 nodes"],
    [{ synced: false, state: "Donor/Desynced" }, "it is not in sync (Donor/Desynced)"],
    [{ writer: null }, "it knows no writer"],
    [{ size: null, synced: false, state: null }, "it sees 0 of 3 nodes, it is not in sync (no state)"],
  ])("%j is a problem", (rest, problem) => {
    expect(databaseMember("db-b", status(rest), 3).problem).toBe(problem);
  });

  test.each([
    ["nothing", "", "its database agent does not answer"],
    ["a page of something else", "<html>", "its database agent answers something else than its status"],
  ])("%s is a problem", (_, text, problem) => {
    expect(databaseMember("db-b", text, 3)).toEqual({ machine: "db-b", problem });
  });
});

describe("a load balancer's servers", () => {
  const expected = [
    { name: "vps-1", address: "10.81.0.11:8080" },
    { name: "vps-2", address: "10.81.0.12:8080" },
  ];

  test("are all in rotation when all are UP", () => {
    const printed = "vps-1,10.81.0.11:8080,UP\nvps-2,10.81.0.12:8080,UP\n";
    expect(missingServers("lb-1", printed, expected)).toEqual([]);
  });

  test.each([["DOWN"], ["UP 1/2"], ["DOWN 1/2"], ["MAINT"], ["DRAIN"]])("lack one that is %s", (state) => {
    const printed = `vps-1,10.81.0.11:8080,UP\nvps-2,10.81.0.12:8080,${state}\n`;
    expect(missingServers("lb-1", printed, expected)).toEqual([`lb-1: vps-2 is ${state}`]);
  });

  test("are told from those of another proxy on the same machine by their port", () => {
    const printed =
      "vps-1,10.81.0.11:3306,DOWN\nvps-2,10.81.0.12:3306,UP\nvps-1,10.81.0.11:8080,UP\nvps-2,10.81.0.12:8080,UP";
    expect(missingServers("vps-1", printed, expected)).toEqual([]);
  });

  test("lack one that the load balancer has never heard of", () => {
    expect(missingServers("lb-1", "vps-1,10.81.0.11:8080,UP", expected)).toEqual(["lb-1: vps-2 is not known"]);
  });

  test("are all missing when the load balancer does not answer", () => {
    expect(missingServers("lb-1", "", expected)).toEqual(["lb-1: its load balancer does not answer"]);
  });
});
