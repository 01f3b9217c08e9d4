import { readFileSync } from "node:fs";
import * as path from "node:path";

const css = readFileSync(path.resolve(__dirname, "../../../../lib/render/html/page.css"), "utf8");

/** The custom properties of a block that begins so, after those that it inherits. */
function tokens(...beginnings: readonly string[]): Record<string, string> {
  const blocks = beginnings.map((beginning) => css.slice(css.indexOf(beginning)).split("}")[0]!);
  return Object.fromEntries(
    blocks.flatMap((block) =>
      [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
    ),
  );
}

const schemes = {
  light: tokens(":root {"),
  dark: tokens(":root {", "@media (prefers-color-scheme: dark) {"),
};

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

describe.each(Object.entries(schemes))("in the %s scheme", (_scheme, colours) => {
  test.each(["ground", "surface", "sunk"])("every text has a contrast of 4.5 on the %s (WCAG 2.2, 1.4.3)", (ground) => {
    const low = ["ink", "quiet", "good", "bad", "alert"].filter(
      (ink) => contrast(colours[ink]!, colours[ground]!) < 4.5,
    );
    expect(low).toEqual([]);
  });

  test("lines, bars and the focus have a contrast of 3 (WCAG 2.2, 1.4.11)", () => {
    const low = ["flow", "accent", "focus"].filter((ink) => contrast(colours[ink]!, colours.surface!) < 3);
    expect(low).toEqual([]);
  });
});
