import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { publicKey } from "../../../lib/lab/public-key";
import type { ManifestSite } from "../../../lib/manifest/manifest";

describe("the key that machines let in", () => {
  let folder: string;
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-key-"));
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path.join(folder, "id")]);
    fs.renameSync(path.join(folder, "id.pub"), path.join(folder, "elsewhere.pub"));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  const site = (privateKeyFile?: string): ManifestSite => ({
    name: "rack",
    kind: "hosts",
    zones: ["a"],
    ssh: { user: "root", privateKeyFile },
  });
  const stored = () => fs.readFileSync(path.join(folder, "elsewhere.pub"), "utf8").trim();
  const material = (key: string) => key.split(" ").slice(0, 2).join(" ");

  test("is derived from the site's private key, relative to the program", async () => {
    expect(material(await publicKey(site("id"), undefined, folder))).toBe(material(stored()));
  });

  test("is read from a given file", async () => {
    expect(await publicKey(site(), path.join(folder, "elsewhere.pub"), folder)).toBe(stored());
  });

  test("may be given as text", async () => {
    expect(await publicKey(site(), stored(), folder)).toBe(stored());
  });

  test("a private key given in its place is refused, and not shown", async () => {
    const content = fs.readFileSync(path.join(folder, "id"), "utf8");
    const refusal = publicKey(site(), content, folder);
    await expect(refusal).rejects.toThrow("holds no public key");
    await expect(refusal).rejects.not.toThrow(content.split("\n")[1]);
  });

  test("a private key that cannot be read is refused with what to do", async () => {
    await expect(publicKey(site("nowhere"), undefined, folder)).rejects.toThrow(
      "no public key to let in to the machines of site rack; tried nowhere",
    );
  });
});
