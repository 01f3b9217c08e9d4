import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parsePressure, pressureBetween, readPressure } from "../../../../lib/drills/host/pressure";

const TEXT = `some avg10=97.69 avg60=91.03 avg300=70.88 total=1306953628
full avg10=0.00 avg60=0.00 avg300=0.11 total=14333715
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "pressure-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("the kernel's microseconds are read as seconds", () => {
  expect(parsePressure(TEXT)).toEqual({ some: 1306.953628, full: 14.333715 });
});

test("a kernel that does not count full stalls of the processor has had none", () => {
  expect(parsePressure(TEXT.split("\n")[0]!)).toEqual({ some: 1306.953628, full: 0 });
});

test("each resource has a file of its own", async () => {
  for (const [resource, total] of [
    ["cpu", 1],
    ["io", 2],
    ["memory", 3],
  ] as const) {
    await writeFile(path.join(folder, resource), TEXT.replace(/total=14333715/, `total=${total}000000`));
  }
  const pressure = await readPressure(folder);
  expect(pressure).toMatchObject({ cpu: { full: 1 }, io: { full: 2 }, memory: { full: 3 } });
});

test("a kernel without pressure information says nothing", async () => {
  expect(await readPressure(path.join(folder, "pressure"))).toBeUndefined();
});

test("a file with something else in it says nothing", async () => {
  for (const resource of ["cpu", "io", "memory"])
    await writeFile(path.join(folder, resource), "Operation not supported");
  expect(await readPressure(folder)).toBeUndefined();
});

test("the difference is what waited in between", () => {
  const before = { cpu: { some: 1, full: 0 }, io: { some: 2, full: 1 }, memory: { some: 0, full: 0 } };
  const after = { cpu: { some: 4, full: 0 }, io: { some: 2.5, full: 1 }, memory: { some: 7, full: 6 } };
  expect(pressureBetween(before, after)).toEqual({
    cpu: { some: 3, full: 0 },
    io: { some: 0.5, full: 0 },
    memory: { some: 7, full: 6 },
  });
});
