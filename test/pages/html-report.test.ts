import type { Page } from "playwright-core";
import { htmlReport } from "../../lib/render/html/html-report";
import { makeReport } from "../../lib/judgement/make-report";
import type { Manifest } from "../../lib/manifest/manifest";
import { VERDICT_WORDS } from "../../lib/render/phrases";
import { TestBrowser } from "../support/browser";
import { hiveManifest } from "../support/hive-manifest";
import { reportOf, singlePoints, thousandMachines, threeZones } from "../support/report";
import { report as drillReport, zoneDrill } from "../support/drill-results";

// A browser takes its time on a machine that has other things to do.
jest.setTimeout(120_000);

let browser: TestBrowser;
let thousand: string;

beforeAll(async () => {
  browser = await TestBrowser.launch();
  thousand = await htmlOf(thousandMachines());
});

afterAll(async () => {
  await browser?.close();
});

async function htmlOf(manifest: Manifest): Promise<string> {
  return htmlReport(reportOf(manifest), manifest);
}

async function open(manifest: Manifest, options: Parameters<TestBrowser["open"]>[1] = {}) {
  return browser.open(await htmlOf(manifest), options);
}

/** The link in the picture whose name begins so. */
const inPicture = (page: Page, name: string) => page.locator(`.picture a[aria-label^="${name}"]`);

/** Where a zone or a site is clicked: its edge, beside what is in it. */
const edge = { position: { x: 4, y: 60 } };

/** Of the first element. */
const styleOf = (page: Page, selector: string, property: string) =>
  page.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`);

const chosen = (page: Page) => page.locator(".loss.chosen");

const gone = (page: Page) =>
  page
    .locator(".picture a.gone")
    .evaluateAll((found: { getAttribute(name: string): string | null }[]) =>
      found.map((element) => element.getAttribute("aria-label")!.split(",")[0]).sort(),
    );

const wider = (page: Page) => page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");

describe("the page", () => {
  const hives: readonly (readonly [string, () => Promise<string>])[] = [
    ["three zones", () => htmlOf(threeZones())],
    ["single points of failure", () => htmlOf(singlePoints())],
    ["1,000 machines", () => Promise.resolve(thousand)],
  ];

  test.each(hives)("of a hive with %s asks for nothing but itself, and nobody complains", async (_name, html) => {
    const { page, complaints, requests, url } = await browser.open(await html());
    for (const link of await page.locator(".picture a").all()) await link.dispatchEvent("click");
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url]);
  });

  test.each(hives)("of a hive with %s does not scroll sideways on a phone", async (_name, html) => {
    const phone = { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true };
    const { page } = await browser.open(await html(), phone);
    expect(await wider(page)).toBeLessThanOrEqual(0);
    await inPicture(page, "zone").first().dispatchEvent("click");
    expect(await wider(page)).toBeLessThanOrEqual(0);
  });

  test("refuses to ask anybody, even when something in it tries", async () => {
    const { page, complaints } = await open(threeZones());
    await page.evaluate("fetch('http://192.0.2.1/').catch(() => undefined)");
    await page.evaluate("document.body.append(Object.assign(new Image(), { src: 'http://192.0.2.1/a.png' }))");
    for (const refused of ["Connecting to 'http://192.0.2.1/'", "Loading the image 'http://192.0.2.1/a.png'"]) {
      expect(complaints.filter((complaint) => complaint.startsWith(refused))).toHaveLength(1);
    }
  });
});

describe("picking", () => {
  test("a zone shows what goes with it and what is left", async () => {
    const { page } = await open(threeZones());
    await inPicture(page, "zone rack/a").click(edge);
    expect(await gone(page)).toEqual(["db-1", "lb-1", "web-1", "zone rack/a"]);
    const card = chosen(page);
    expect(await card.locator("h3").textContent()).toBe("zone rack/a is gone");
    expect(await card.locator("[data-takes]").textContent()).toBe("With it: lb-1, web-1, db-1");
    expect(await card.locator(".outcome").textContent()).toBe("Visitors are served");
    expect(await card.locator(".facts").textContent()).toMatch(
      /Back after \(RTO\)1\.5 s.*Data lost \(RPO\).*Quorum of dbholds 2 of 3 votes/,
    );
    const rows = await card.locator("tbody tr").allInnerTexts();
    expect(rows.map((row) => row.split(/\s+/).join(" "))).toEqual([
      "db 2 of 3 2 works",
      "web 2 of 3 1 works",
      "entrance 1 of 2 1 works",
    ]);
    expect(await page.locator("[data-served]").textContent()).toBe("are served");
  });

  test("shows how the time until visitors are served again comes about", async () => {
    const { page } = await open(threeZones());
    await inPicture(page, "db-2").click();
    const derivation = chosen(page).locator("details[open]");
    expect(await derivation.locator("summary").innerText()).toBe("db: 1.5 s");
    expect(await derivation.locator("code").allInnerTexts()).toEqual(["suspect 1 s", "2 x poll 0.25 s = 0.5 s"]);
  });

  test("the only database says that nobody is served, and which tiers wait for it", async () => {
    const { page } = await open(singlePoints());
    await inPicture(page, "db-1").click();
    expect(await chosen(page).locator(".outcome").textContent()).toContain("not served");
    expect(await page.locator("[data-served]").textContent()).toBe("are not served");
    expect(await gone(page)).toEqual(["db-1"]);
    const idle = page.locator(".picture a.idle");
    expect(await idle.count()).toBe(3);
    expect(await idle.first().locator(".when-idle").isVisible()).toBe(true);
    const states = await chosen(page).locator("tbody tr td:last-child").allInnerTexts();
    expect(states.map((state) => state.trim())).toEqual(["down", "waits for others", "waits for others"]);
  });

  test("one of many identical machines leaves the others", async () => {
    const { page } = await browser.open(thousand);
    await inPicture(page, "99 identical machines, machine of web").first().click();
    expect(await gone(page)).toEqual([]);
    expect(await page.locator(".partly [data-left]").textContent()).toBe("98 of 99 left");
    expect(await chosen(page).locator("h3").textContent()).toBe(
      "One of the 99 machines web-a-1, web-a-2 and 97 more is gone",
    );
  });

  test("again, or Escape, or the link below brings everything back", async () => {
    const { page } = await open(threeZones());
    const web = inPicture(page, "web-2");
    const whole = page.locator("[data-whole]");
    for (const comeBack of [
      () => web.click(),
      () => page.keyboard.press("Escape"),
      () => page.locator("[data-back]").click(),
    ]) {
      await web.click();
      expect(await gone(page)).toEqual(["web-2"]);
      expect(await whole.isVisible()).toBe(false);
      await comeBack();
      expect(await gone(page)).toEqual([]);
      expect(await whole.isVisible()).toBe(true);
    }
  });

  test("is an address: it can be linked, and the back button undoes it", async () => {
    const { page, url } = await open(threeZones());
    await inPicture(page, "web-2").click();
    await inPicture(page, "db-3").click();
    const address = page.url();
    await page.goBack();
    expect(await gone(page)).toEqual(["web-2"]);
    await page.goto("about:blank");
    await page.goto(address);
    expect(address.startsWith(`${url}#`)).toBe(true);
    expect(await gone(page)).toEqual(["db-3"]);
  });

  test("works from the table of losses too", async () => {
    const { page } = await open(threeZones());
    await page.locator("#losses a", { hasText: "site rack" }).click();
    expect(await chosen(page).locator("h3").textContent()).toBe("site rack is gone");
  });
});

describe("by keyboard", () => {
  test("every part can be reached, is seen to be reached, and Enter picks it", async () => {
    const { page } = await open(threeZones());
    await page.locator(".scroll").focus();
    const reached: string[] = [];
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate<string>("document.activeElement.getAttribute('aria-label')"));
    }
    expect(reached.map((name) => name.split(",")[0]).sort()).toEqual(
      ["db-1", "db-2", "db-3", "lb-1", "lb-2", "site rack", "web-1", "web-2", "web-3"].concat([
        "zone rack/a",
        "zone rack/b",
        "zone rack/c",
      ]),
    );
    expect(await styleOf(page, ".picture a:focus rect", "strokeWidth")).toBe("3px");
    await page.keyboard.press("Enter");
    expect(await gone(page)).toEqual([reached.at(-1)!.split(",")[0]]);
  });

  test("what was picked is said aloud", async () => {
    const { page } = await open(singlePoints());
    await inPicture(page, "lb-1").press("Enter");
    expect(await page.locator("[role=status]").textContent()).toBe("lb-1 is gone. Visitors are not served.");
    expect(await inPicture(page, "lb-1").getAttribute("aria-current")).toBe("true");
  });
});

describe("a single point of failure", () => {
  test("is marked with a sign, a colour and a word; nothing else is", async () => {
    const { page } = await open(singlePoints());
    const single = page.locator(".picture a.single");
    const names = await single.evaluateAll((found: { getAttribute(name: string): string | null }[]) =>
      found.map((element) => element.getAttribute("aria-label")!),
    );
    expect(names.map((name) => name.split(",")[0]).sort()).toEqual([
      "db-1",
      "lb-1",
      "payment API",
      "site rack",
      "switch 1",
      "zone rack/a",
      "zone rack/b",
    ]);
    expect(names.every((name) => name.endsWith("single point of failure"))).toBe(true);
    expect(await page.locator(".picture .when-single").count()).toBe(7);
    const stroke = (name: string) => styleOf(page, `.picture a[aria-label^="${name}"] rect`, "stroke");
    expect(await stroke("db-1")).not.toBe(await stroke("web-1"));
    expect(await page.locator(".state", { hasText: "Single points of failure" }).innerText()).toContain("7 of 9");
  });

  test("that somebody lives with is shown with the reason", async () => {
    const manifest = threeZones({ acknowledged: { "SHARED_FATE:site rack": "one rack is what we pay for" } });
    const { page } = await open(manifest);
    expect(await page.locator(".finding-acknowledged").innerText()).toContain("one rack is what we pay for");
    await page.locator("#losses a", { hasText: "site rack" }).click();
    expect(await chosen(page).innerText()).toContain("Acknowledged: one rack is what we pay for");
  });
});

describe("the table of promise, prediction and proof", () => {
  test("shows verdicts with sign and word, and stale proof as such", async () => {
    const manifest = threeZones({
      promises: [{ entrance: "shop/entrance", unavailability: 1e-7, rto: { machine: 60, zone: 2 } }],
    });
    const stale = { file: "drills.json", report: { ...drillReport, stackHash: "another" } };
    const { page } = await browser.open(await htmlReport(makeReport({ manifest, drills: stale }), manifest));
    const table = page.locator("#promise table").first();
    const verdicts = await table.locator("tbody tr td:last-child").allInnerTexts();
    expect(verdicts.map((verdict) => verdict.trim())).toEqual(
      makeReport({ manifest, drills: stale }).table.map(({ verdict }) => VERDICT_WORDS[verdict]),
    );
    expect(new Set(verdicts.map((verdict) => verdict.trim()))).toEqual(
      new Set(["broken", "kept as predicted, drill stale", "kept as predicted, not proven", "nothing promised"]),
    );
    expect(await table.locator("tbody tr td:last-child svg.sign").count()).toBe(verdicts.length);
    expect(await page.locator("#promise").innerText()).toContain("stale: the stack has changed since");
  });

  test("shows a zone's proof in the zone's row", async () => {
    const manifest = threeZones({ promises: [{ entrance: "shop/entrance", rto: { zone: 60 } }] });
    const drills = {
      ...drillReport,
      drills: [zoneDrill({ worstSeconds: 1.2, writeGapSeconds: 1 })],
      stackHash: manifest.hash,
    };
    const report = makeReport({ manifest, drills: { file: "drills.json", report: drills } });
    const { page } = await browser.open(await htmlReport(report, manifest));
    const row = page.locator("#promise table").first().locator("tr", { hasText: "a zone dies" });
    expect(await row.innerText()).toContain("rack/c (lb, db-3): 1.2 s, 0 of 1,400 failed, 0 of 951 writes lost");
  });

  test("marks what is assumed, in every table, and nothing else", async () => {
    const manifest = hiveManifest({
      machines: { "lb-1": "a", "lb-2": "b" },
      nodes: { "switch 1": { kind: "network", provenance: "measured" } },
      tiers: { "shop/entrance": { of: ["lb-1", "lb-2"], needs: ["switch 1"], entrance: "/health" } },
    });
    const { inputs, contributors } = reportOf(manifest).prediction;
    const assumed = inputs.filter(({ provenance }) => provenance === "assumed");
    expect(assumed.length).toBeGreaterThan(0);
    expect(assumed.length).toBeLessThan(inputs.length);
    const { page } = await open(manifest);
    const stars = (within: string) => page.locator(`${within} abbr`).count();
    expect(await stars("#promise tbody tr:first-child")).toBe(1);
    expect(await stars("#promise")).toBe(1);
    expect(await page.locator("#promise").innerText()).toContain("* rests on numbers that are assumed");
    expect(await stars("#inputs")).toBe(assumed.length);
    expect(contributors.some(({ provenance }) => provenance === "assumed")).toBe(true);
    for (const { event, provenance } of contributors) {
      const name = page.locator("#nines .bar-name").filter({ hasText: event });
      if ((await name.count()) !== 1) continue;
      expect(await name.locator("abbr").count()).toBe(provenance === "assumed" ? 1 : 0);
    }
  });

  test("a broken promise says what is missing and what would keep it", async () => {
    const manifest = threeZones({ promises: [{ entrance: "shop/entrance", unavailability: 1.02e-5, rto: {} }] });
    const { page } = await open(manifest);
    const [verdict] = reportOf(manifest).promises;
    const promise = await page.locator(".promise-broken").innerText();
    expect(verdict!.fixes.length).toBeGreaterThan(0);
    for (const { change } of verdict!.fixes) expect(promise).toContain(change);
    expect(promise).toContain(verdict!.items[0]!.missing);
  });
});

describe("names from the program", () => {
  const evil = `</script><script>alert("x")</script><img src=x onerror=alert(1)>`;

  test("are text, whatever is in them", async () => {
    const manifest = hiveManifest({
      machines: { [evil]: "a", "web-1": "b", "${7*7}": "c" },
      nodes: { "--><svg onload=alert(2)>": { kind: "dependency" } },
      tiers: {
        [`shop/${evil}`]: { of: [evil, "web-1", "${7*7}"], needs: ["--><svg onload=alert(2)>"], entrance: "/" },
      },
      sources: { [`shop/${evil}`]: "</script>.ts:1" },
    });
    const { page, complaints, requests, url } = await open(manifest);
    await page.locator(`.picture a.part`).first().click();
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url]);
    expect(await page.locator("script").count()).toBe(2);
    expect(await page.locator("img, [onload], [onerror]").count()).toBe(0);
    expect(await page.locator(".picture a[aria-label*='<script>']").count()).toBeGreaterThan(0);
  });
});

describe("without JavaScript", () => {
  test("everything is there, and the picture leads to what happens", async () => {
    const { page } = await open(threeZones(), { javaScriptEnabled: false });
    const cards = page.locator(".loss");
    expect(await cards.count()).toBe(6);
    for (const card of await cards.all()) expect(await card.isVisible()).toBe(true);
    expect(await page.locator(".only-script:visible").count()).toBe(0);
    const href = await inPicture(page, "web-3").getAttribute("href");
    const target = cards.filter({ has: page.locator(`[id="${href!.slice(1)}"]`) });
    expect(await target.locator("h3").innerText()).toBe("A machine of web");
  });
});

describe("for everybody", () => {
  test("light and dark differ, and both are legible", async () => {
    const manifest = threeZones();
    const colours: string[][] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      const { page } = await open(manifest, { colorScheme });
      colours.push([await styleOf(page, "body", "backgroundColor"), await styleOf(page, "body", "color")]);
    }
    const [light, dark] = colours;
    expect(luminance(light![0]!)).toBeGreaterThan(0.9);
    expect(luminance(dark![0]!)).toBeLessThan(0.02);
    for (const [ground, ink] of colours) expect(contrast(ground!, ink!)).toBeGreaterThan(12);
  });

  test("headings, landmarks and tables say what they are", async () => {
    const { page } = await open(singlePoints());
    for (const landmark of ["header", "nav", "main", "footer"]) expect(await page.locator(landmark).count()).toBe(1);
    expect(await page.locator("h1").count()).toBe(1);
    const levels = await page
      .locator("h1, h2, h3, h4")
      .evaluateAll((found: { tagName: string }[]) => found.map(({ tagName }) => Number(tagName[1])));
    expect(levels.every((level, i) => i === 0 || level <= levels[i - 1]! + 1)).toBe(true);
    const tables = await page.locator("table").count();
    expect(await page.locator("table > caption").count()).toBe(tables);
    expect(await page.locator("thead th:not([scope=col]), tbody th:not([scope=row])").count()).toBe(0);
    expect(await page.locator("svg:not([aria-hidden=true]):not([aria-label])").count()).toBe(0);
    expect(await page.locator("html[lang=en]").count()).toBe(1);
  });

  test("ids are unique and every link within the page leads somewhere", async () => {
    const { page } = await browser.open(thousand);
    const ids = await page.locator("[id]").evaluateAll((found: { id: string }[]) => found.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    const targets = await page
      .locator("a[href]")
      .evaluateAll((found: { getAttribute(name: string): string | null }[]) =>
        found.map((link) => link.getAttribute("href")!),
      );
    expect(targets.filter((target) => !target.startsWith("#") || !ids.includes(target.slice(1)))).toEqual([]);
  });

  test("on paper all cards are there, also those that were not picked", async () => {
    const { page } = await open(threeZones());
    await inPicture(page, "web-3").click();
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".loss:visible").count()).toBe(6);
    expect(await page.locator("nav").isVisible()).toBe(false);
  });
});

/** WCAG 2.2, of `rgb(1, 2, 3)`. */
function luminance(colour: string): number {
  const [r, g, b] = colour.match(/[\d.]+/g)!.map((value) => {
    const share = Number(value) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}
