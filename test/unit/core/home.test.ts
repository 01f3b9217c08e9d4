import * as os from "node:os";
import * as path from "node:path";
import { expandHome } from "../../../lib/core/home";

test("~ is the home of the person who synthesizes, and other names are taken from the current folder", () => {
  expect(expandHome("~/.ssh/id.pub")).toBe(path.join(os.homedir(), ".ssh/id.pub"));
  expect(expandHome("id.pub")).toBe(path.resolve("id.pub"));
});
