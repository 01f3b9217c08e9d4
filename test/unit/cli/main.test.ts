import { scratch } from "../../support/hive";
import { runBeehive } from "./run-beehive";

test.each([
  ["a command that does not exist", ["foo"], "unknown command 'foo'", "See beehive --help."],
  ["an option that does not exist", ["report", "--pdf"], "unknown option '--pdf'", "See beehive report --help."],
  ["a command of a command that does not exist", ["lab", "foo"], "unknown command 'foo'", "See beehive lab --help."],
])("%s is refused, with where the right ones stand", async (_, args, message, where) => {
  const { code, err } = await runBeehive(scratch(), args);
  expect(code).toBe(3);
  expect(err).toContain(message);
  expect(err).toContain(where);
});
