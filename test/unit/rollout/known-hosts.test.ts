import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { KnownHosts } from "../../../lib/rollout/known-hosts";
import { scratch } from "../../support/hive";

const ECDSA = "ecdsa-sha2-nistp256 AAAAecdsa";
const RSA = "ssh-rsa AAAArsa";
const ED25519 = "ssh-ed25519 AAAAed25519";

function known(...lines: string[]): KnownHosts {
  const file = path.join(scratch(), "known_hosts");
  fs.writeFileSync(file, `${lines.join("\n")}\n`);
  return KnownHosts.read([file]);
}

test("a host is found by its address, another is not", () => {
  const hosts = known("# racks", "", `10.77.0.11 ${ED25519} root@old`, `web.example.org,10.77.0.12 ${RSA}`);
  expect(hosts.keyOf("10.77.0.11", 22)).toBe(ED25519);
  expect(hosts.keyOf("10.77.0.12", 22)).toBe(RSA);
  expect(hosts.keyOf("WEB.example.org", 22)).toBe(RSA);
  expect(hosts.keyOf("10.77.0.1", 22)).toBeUndefined();
});

test("another port is another server, in brackets", () => {
  const hosts = known(`[10.77.0.11]:2222 ${ED25519}`, `10.77.0.12 ${ED25519}`);
  expect(hosts.keyOf("10.77.0.11", 2222)).toBe(ED25519);
  expect(hosts.keyOf("10.77.0.11", 22)).toBeUndefined();
  expect(hosts.keyOf("10.77.0.12", 2222)).toBeUndefined();
});

test("of several keys it gives the one that Terraform asks for first", () => {
  const lines = [ED25519, RSA, ECDSA].map((key) => `10.77.0.11 ${key}`);
  expect(known(...lines).keyOf("10.77.0.11", 22)).toBe(ECDSA);
  expect(known(...lines.slice(0, 2)).keyOf("10.77.0.11", 22)).toBe(RSA);
});

test("an address of IPv6 is the same however it is written", () => {
  const hosts = known(`2001:DB8::1 ${ED25519}`, `[2001:db8:0:0:0:0:0:2]:2222 ${RSA}`);
  expect(hosts.keyOf("2001:db8:0::1", 22)).toBe(ED25519);
  expect(hosts.keyOf("2001:db8::2", 2222)).toBe(RSA);
});

test("patterns, with exceptions", () => {
  const hosts = known(`*.example.org,!old.example.org ${ED25519}`, `10.77.0.? ${RSA}`);
  expect(hosts.keyOf("web.example.org", 22)).toBe(ED25519);
  expect(hosts.keyOf("old.example.org", 22)).toBeUndefined();
  expect(hosts.keyOf("10.77.0.1", 22)).toBe(RSA);
  expect(hosts.keyOf("10.77.0.11", 22)).toBeUndefined();
});

test("an authority that signs host keys goes first, and what was revoked counts no more", () => {
  const hosts = known(
    `10.77.0.11 ${ECDSA}`,
    `@cert-authority 10.77.0.* ${RSA}`,
    `10.77.1.11 ${ECDSA}`,
    `@revoked * ${ECDSA}`,
  );
  expect(hosts.keyOf("10.77.0.11", 22)).toBe(RSA);
  expect(hosts.keyOf("10.77.1.11", 22)).toBeUndefined();
});

test("names that ssh-keygen has hashed are found", () => {
  const file = path.join(scratch(), "known_hosts");
  const key = path.join(scratch(), "host");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]);
  const shown = fs.readFileSync(`${key}.pub`, "utf8").trim();
  fs.writeFileSync(file, `10.77.0.11 ${shown}\n[10.77.0.12]:2222 ${shown}\n`);
  execFileSync("ssh-keygen", ["-q", "-H", "-f", file], { stdio: "pipe" });
  expect(fs.readFileSync(file, "utf8")).not.toContain("10.77");
  const hosts = KnownHosts.read([file]);
  expect(hosts.keyOf("10.77.0.11", 22)).toBe(shown);
  expect(hosts.keyOf("10.77.0.12", 2222)).toBe(shown);
  expect(hosts.keyOf("10.77.0.13", 22)).toBeUndefined();
});

test("a file that is not there holds nothing, and one that was changed is read again", () => {
  const file = path.join(scratch(), "known_hosts");
  expect(KnownHosts.read([file]).keyOf("10.77.0.11", 22)).toBeUndefined();
  fs.writeFileSync(file, `10.77.0.11 ${ED25519}\n`);
  expect(KnownHosts.read([file]).keyOf("10.77.0.11", 22)).toBe(ED25519);
  fs.writeFileSync(file, `10.77.0.11 ${ECDSA}\n`);
  expect(KnownHosts.read([file]).keyOf("10.77.0.11", 22)).toBe(ECDSA);
});
