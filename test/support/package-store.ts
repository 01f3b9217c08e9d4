import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { scratch } from "./hive";

const STORE = "/var/lib/package-store";

const SERVER = `import functools, http.server, ssl
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="${STORE}/files")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 443), handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("${STORE}/server.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
`;

/**
 * Settings of cloud-init's for a machine without a way to the internet that is to find one package at one address, and nothing at
 * any other: the machine serves it to itself, under the host's name and with a certificate that it trusts.
 */
export function packageStore(url: string, packageName: string): object {
  const { hostname, pathname } = new URL(url);
  const { key, certificate } = selfSigned(hostname);
  const files = {
    [`${STORE}/files${pathname}`]: emptyPackage(packageName),
    [`${STORE}/server.pem`]: Buffer.from(key + certificate),
    [`${STORE}/server.py`]: Buffer.from(SERVER),
  };
  const start = `until [ -e ${STORE}/server.py ]; do sleep 1; done; exec python3 ${STORE}/server.py`;
  return {
    bootcmd: [["systemd-run", "--no-block", "--unit=package-store", "sh", "-c", start]],
    write_files: [
      ...Object.entries(files).map(([file, content]) => ({
        path: file,
        encoding: "b64",
        content: content.toString("base64"),
      })),
      { path: "/etc/cloud/templates/hosts.debian.tmpl", append: true, content: `127.0.0.1 ${hostname}\n` },
    ],
    // Without the others, which would be read one by one.
    ca_certs: { remove_defaults: true, trusted: [certificate] },
  };
}

function selfSigned(hostname: string): { readonly key: string; readonly certificate: string } {
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout - -out -";
  const names = ["-subj", `/CN=${hostname}`, "-addext", `subjectAltName=DNS:${hostname}`];
  const stdio = ["ignore", "pipe", "ignore"] as const;
  const pem = execFileSync("openssl", [...words.split(" "), ...names], { encoding: "utf8", stdio: [...stdio] });
  const begin = pem.indexOf("-----BEGIN CERTIFICATE-----");
  return { key: pem.slice(0, begin), certificate: pem.slice(begin) };
}

/** A Debian package with nothing in it. */
function emptyPackage(name: string): Buffer {
  const folder = scratch();
  fs.mkdirSync(path.join(folder, "package/DEBIAN"), { recursive: true });
  const control = { Package: name, Version: "1", Architecture: "all", Maintainer: "test <test@example.org>" };
  const lines = [...Object.entries(control).map((field) => field.join(": ")), "Description: nothing", ""];
  fs.writeFileSync(path.join(folder, "package/DEBIAN/control"), lines.join("\n"));
  execFileSync("dpkg-deb", ["--build", "--root-owner-group", "package", "made.deb"], { cwd: folder, stdio: "pipe" });
  return fs.readFileSync(path.join(folder, "made.deb"));
}
