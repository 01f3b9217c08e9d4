import * as fs from "node:fs";
import * as path from "node:path";
import { readPublicKey } from "../../../../lib/sites/shared/public-key";
import { scratch } from "../../../support/hive";

const FORM = /^ssh-ed25519 [A-Za-z0-9+/]{4,}/;
const refuse = (problem: string | undefined) => new Error(problem ?? "no key");
const file = (content: string): string => {
  const name = path.join(scratch(), "key.pub");
  fs.writeFileSync(name, content);
  return name;
};

test("the part of the line that the provider takes is the key", () => {
  expect(readPublicKey(file("ssh-ed25519 AAAA ann@example.org\n"), FORM, refuse)).toBe("ssh-ed25519 AAAA");
});

test.each(["-----BEGIN OPENSSH PRIVATE KEY-----\n", "ssh-ed25519 AAAA\nssh-ed25519 BBBB\n", ""])(
  "%j is refused as no key",
  (content) => {
    expect(() => readPublicKey(file(content), FORM, refuse)).toThrow("no key");
  },
);

test("a file that is not there is refused as such", () => {
  expect(() => readPublicKey("/nowhere/key.pub", FORM, refuse)).toThrow("there is no such file");
});

test("a folder is refused with what the system says", () => {
  expect(() => readPublicKey(scratch(), FORM, refuse)).toThrow("EISDIR");
});
