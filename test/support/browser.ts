import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
/** A browser for itself: nothing that runs on a timer, nothing that asks its maker. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];

/** A page that was opened from a file, with all that the browser said of it. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: readonly string[];
  /** Addresses of everything that was asked for, the page itself first. */
  readonly requests: readonly string[];
  readonly url: string;
}

/** Debian's Chromium without a window. Tests of pages fail without it. */
export class TestBrowser {
  static async launch(): Promise<TestBrowser> {
    if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: apt-get install chromium`);
    return new TestBrowser(await chromium.launch({ executablePath: CHROMIUM, args: QUIET }));
  }

  private readonly folder = mkdtempSync(path.join(os.tmpdir(), "beehive-pages-"));
  private files = 0;

  private constructor(private readonly browser: Browser) {}

  async open(html: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
    const file = path.join(this.folder, `page-${this.files++}.html`);
    writeFileSync(file, html);
    const context = await this.browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => {
      complaints.push(`a dialog says ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => requests.push(request.url()));
    const url = pathToFileURL(file).href;
    await page.goto(url);
    return { page, complaints, requests, url };
  }

  async close(): Promise<void> {
    await this.browser.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
