import { relevantOptions, sourcesFor } from "../../../lib/lab/apt-sources";

const deb822 = `Types: deb
# a remark
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main contrib
`;

describe("package sources of a lab", () => {
  test("the host's mirrors serve its own suite", () => {
    expect(sourcesFor("bookworm", deb822)).toEqual([
      "deb http://mirror.example/debian bookworm main",
      "deb http://mirror.example/debian bookworm-updates main",
      "deb http://mirror.example/debian-security bookworm-security main",
    ]);
  });

  test("they serve the other suite as well", () => {
    expect(sourcesFor("trixie", deb822)).toEqual([
      "deb http://mirror.example/debian trixie main",
      "deb http://mirror.example/debian trixie-updates main",
      "deb http://mirror.example/debian-security trixie-security main",
    ]);
  });

  test("the old format is understood, with and without options", () => {
    const text =
      "deb [signed-by=/k.gpg] http://a.example/debian trixie main contrib\n#deb http://b.example trixie main\n";
    expect(sourcesFor("trixie", text)).toEqual(["deb http://a.example/debian trixie main"]);
  });

  test("archives of other vendors and disabled ones are left out", () => {
    const text = `${deb822}
deb http://vendor.example/apt sdk-bookworm main
deb http://node.example nodistro main

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main
`;
    expect(sourcesFor("bookworm", text).join(" ")).not.toMatch(/vendor|node|off/);
  });

  test("a host without Debian's own archive leaves the choice to mmdebstrap", () => {
    expect(sourcesFor("trixie", "deb http://u.example/ubuntu noble main\n")).toEqual([]);
    expect(sourcesFor("trixie", "deb http://u.example/debian-security bookworm-security main\n")).toEqual([]);
  });

  test("proxies and the clock's settings are taken over, everything else is not", () => {
    const dump = [
      'Acquire::http::Proxy "http://proxy.example:3128";',
      'Acquire::Check-Valid-Until "false";',
      'Acquire::Languages "none";',
      'Acquire::http::Proxy "";',
      'APT::Architecture "amd64";',
    ].join("\n");
    expect(relevantOptions(dump)).toEqual([
      'Acquire::http::Proxy "http://proxy.example:3128";',
      'Acquire::Check-Valid-Until "false";',
    ]);
  });
});
