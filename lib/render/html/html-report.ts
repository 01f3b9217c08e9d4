import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { h } from "preact";
import { render } from "preact-render-to-string";
import type { Manifest } from "../../manifest/manifest";
import type { Report } from "../../judgement/report";
import { groupLosses } from "../loss-groups";
import { Page } from "./page";
import { picksOf } from "./picks";
import { topologyOf } from "./topology";
import { layOut } from "./topology-layout";
import { trafficLines } from "./traffic-lines";

/** What narrows a rule comes after it. */
const STYLES = ["page.css", "picture.css", "narrow-and-paper.css"];

/**
 * The whole report as one HTML file: style, script, picture and data in it. It asks for nothing over the network, and its own
 * policy forbids it to; every script and style that is not ours is refused by the browser, wherever it came from.
 */
export async function htmlReport(report: Report, manifest: Manifest): Promise<string> {
  const { prediction } = report;
  const topology = topologyOf(manifest, prediction.entrances);
  const layout = await layOut(topology);
  const losses = groupLosses(manifest, prediction.losses);
  const picks = picksOf(topology, losses);
  const picture = { topology, layout, lines: trafficLines(topology, layout), picks };
  const body = render(h(Page, { report, losses, picture }));
  const title = render(h("title", null, `${prediction.stack}: promise, prediction, proof`));
  const style = STYLES.map(asset).join("");
  const script = asset("picker.js");
  const policy = [
    "default-src 'none'",
    `style-src ${sourceHash(style)}`,
    `script-src ${sourceHash(script)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
${title}
<style>${style}</style>
</head>
<body>
${body}
<script type="application/json" id="picks">${embeddedJson([...picks.values()])}</script>
<script>${script}</script>
</body>
</html>
`;
}

const asset = (name: string): string => readFileSync(path.join(__dirname, name), "utf8");

const sourceHash = (content: string): string => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;

/** JSON that no HTML parser can mistake for the end of the script, nor for a comment in it. */
function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
