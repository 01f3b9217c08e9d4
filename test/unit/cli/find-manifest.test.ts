import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findManifest } from "../../../lib/cli/find-manifest";
import { manifestFor } from "../../support/manifest";
import { MANIFEST_VERSION, OLDEST_MANIFEST_VERSION } from "../../../lib/manifest/format";

describe("finding the manifest", () => {
  let program: string;
  beforeEach(() => {
    program = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-program-"));
  });
  afterEach(() => fs.rmSync(program, { recursive: true }));

  const synth = (
    stack: string,
    content: string = JSON.stringify(manifestFor({ stack, machines: { a: "10.78.0.11" } })),
  ) => {
    const folder = path.join(program, "cdktf.out", "stacks", stack);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "beehive.json"), content);
  };

  test("the only one that synth left is taken", () => {
    synth("shop");
    expect(findManifest(undefined, program).manifest.stack).toBe("shop");
  });

  test("a named one is taken, relative to the program", () => {
    synth("shop");
    synth("blog");
    expect(findManifest("cdktf.out/stacks/blog/beehive.json", program).manifest.stack).toBe("blog");
  });

  test("in a synthesized stack's own folder it is that one", () => {
    synth("shop");
    synth("blog");
    const folder = path.join(program, "cdktf.out", "stacks", "blog");
    expect(findManifest(undefined, folder).manifest.stack).toBe("blog");
  });

  test("without one, it says to run cdktf synth", () => {
    expect(() => findManifest(undefined, program)).toThrow("run cdktf synth in the program's folder first");
  });

  test("stacks without a manifest are no choice", () => {
    fs.mkdirSync(path.join(program, "cdktf.out", "stacks", "dns"), { recursive: true });
    synth("shop");
    expect(findManifest(undefined, program).manifest.stack).toBe("shop");
  });

  test("with several, it names them", () => {
    synth("shop");
    synth("blog");
    expect(() => findManifest(undefined, program)).toThrow(
      "cdktf.out/stacks/blog/beehive.json, cdktf.out/stacks/shop/beehive.json. Choose one with --manifest FILE.",
    );
  });

  test("a file that is missing is named", () => {
    expect(() => findManifest("nowhere.json", program)).toThrow(/nowhere\.json cannot be read \(ENOENT/);
  });

  test("a file that is no JSON is named", () => {
    synth("shop", "{");
    expect(() => findManifest(undefined, program)).toThrow("is no JSON");
  });

  const ofVersion = (version: unknown) =>
    synth("shop", JSON.stringify({ ...manifestFor({ machines: { a: "10.78.0.11" } }), version }));

  test("a manifest of a newer version says which it has, which is read, and to update", () => {
    ofVersion(MANIFEST_VERSION + 1);
    expect(() => findManifest(undefined, program)).toThrow(
      /beehive\.json has version 4; this beehive \(cdktf-beehive \d+\.\d+\.\d+\) reads versions 2 and 3\. Update cdktf-beehive here/,
    );
  });

  test("a manifest of the version before is read", () => {
    ofVersion(OLDEST_MANIFEST_VERSION);
    expect(findManifest(undefined, program).manifest).toMatchObject({ version: MANIFEST_VERSION, stack: "test" });
  });

  test("a manifest of an older version says to synthesize again", () => {
    ofVersion(OLDEST_MANIFEST_VERSION - 1);
    expect(() => findManifest(undefined, program)).toThrow(
      /has version 1; .* reads versions 2 and 3\. Run cdktf synth again/,
    );
  });

  test("a manifest with a property that does not belong names it", () => {
    synth("shop", JSON.stringify({ ...manifestFor({ machines: { a: "10.78.0.11" } }), machines: "many" }));
    expect(() => findManifest(undefined, program)).toThrow(/is not what cdktf synth writes: machines: /);
  });
});
