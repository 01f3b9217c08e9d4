import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { WebApp } from "../../../lib";

const PLACE = { instance: "shop-web", constructPath: "shop/web", address: "10.77.0.1", clients: [], environment: {} };

function folderWith(content: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-app-"));
  fs.writeFileSync(path.join(folder, "index.php"), content);
  return folder;
}

test("an app's files are read when it is made, whether a tier has checked it or not", () => {
  const source = folderWith("first");
  const app = WebApp.php({ source, healthPath: "/health" });
  fs.writeFileSync(path.join(source, "index.php"), "second");
  const files = app.software(PLACE).flatMap((software) => software.files);
  fs.rmSync(source, { recursive: true });
  expect(files.find((file) => file.path.endsWith("/index.php"))?.content).toBe("first");
});

test("an app without files is never delivered", () => {
  const app = WebApp.php({ source: "/nowhere", healthPath: "/health" });
  expect(() => app.software(PLACE)).toThrow('shop/web: app.source is "/nowhere"; there is no such folder.');
  expect(() => app.validate("shop/web")).toThrow('shop/web: app.source is "/nowhere"; there is no such folder.');
});

test("an app says what serves it", () => {
  const source = folderWith("x");
  const common = { source, healthPath: "/health" };
  expect(WebApp.php(common).engine).toBe("nginx-php");
  expect(WebApp.service({ ...common, command: ["/bin/true"] }).engine).toBe("service");
});
