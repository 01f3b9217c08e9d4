import { Duration, HaproxyLoadBalancer, HealthCheck, Tls, type HaproxyExtraConfig } from "../../../../lib";
import { TerraformVariable, TerraformStack, Testing } from "../../../../lib/cdktf";
import { quoted } from "../../../../lib/core/words";
import { fullSynth, shop } from "../../../support/hive";

const lines = (extraConfig: HaproxyExtraConfig) => () =>
  shop({ entrance: { engine: HaproxyLoadBalancer.pair({ extraConfig }) } });
const checked = (props: Parameters<typeof HealthCheck.http>[0]) => () =>
  shop({ entrance: { healthCheck: HealthCheck.http(props) } });

describe("lines for HAProxy", () => {
  test.each(["listen stats", "backend other", "global", "userlist people", "resolvers mine"])("%s", (line) => {
    expect(lines({ backend: `option forwardfor\n  ${line}\n` })).toThrow(
      `shop/entrance: engine.extraConfig.backend is "${line}"; it begins a section, and lines are added to HAProxy's own sections global, ` +
        "defaults, frontend and backend. Leave the line out.",
    );
  });

  test("a quote that does not end", () => {
    expect(lines({ frontend: 'http-request set-header X "y' })).toThrow(
      'shop/entrance: engine.extraConfig.frontend is "http-request set-header X "y"; a quote in it does not end. Close it, or write \\ ' +
        "before a quote that is meant as such.",
    );
  });

  test("what HAProxy takes is welcome", () => {
    const frontend =
      "# it's fine\nacl a path_beg /cache\nhttp-request set-header X \"it's\" # isn't it\nhttp-request set-header Y \\\"";
    expect(lines({ frontend, defaults: "timeout http-request 10s", global: "tune.bufsize 32768" })).not.toThrow();
  });
});

describe("health checks", () => {
  test("a timeout longer than the interval", () => {
    expect(checked({ interval: Duration.seconds(1), timeout: Duration.seconds(5) })).toThrow(
      "shop/entrance: healthCheck.timeout is 5 s; it is longer than interval, 1 s, so that checks of one server would overlap. Use 1 s or " +
        "less, or a longer interval.",
    );
  });

  test("longer than the interval that nobody named", () => {
    expect(checked({ timeout: Duration.seconds(2) })).toThrow(
      "shop/entrance: healthCheck.timeout is 2 s; it is longer than interval, 500 ms, so that checks",
    );
  });

  test("a shorter interval alone shortens the timeout", () => {
    const { stack } = checked({ interval: Duration.millis(50) })();
    const [manifest] = [JSON.parse(fullSynth(stack).read("beehive.json"))] as [
      { tiers: { path: string; settings: Record<string, number> }[] },
    ];
    const { settings } = manifest.tiers.find(({ path }) => path === "shop/entrance")!;
    expect(settings).toMatchObject({ checkInterval: 0.05, checkTimeout: 0.05, checkFastInterval: 0.05 });
  });

  test("a path with a blank", () => {
    expect(checked({ path: "/up now" })).toThrow(
      'shop/entrance: healthCheck.path is "/up now"; it holds a blank, which ends a path in a request. Write %20: "/up%20now".',
    );
  });
});

describe("certificates", () => {
  const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n";
  const KEY = "-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----\n";
  const given = (certificate: string, chain?: string) => {
    const variables = new TerraformStack(Testing.app(), "variables");
    const key = new TerraformVariable(variables, "key", { type: "string", sensitive: true }).stringValue;
    return () => shop({ entrance: { tls: Tls.given({ certificate, chain, privateKey: key }) } });
  };

  test("with the key inside, which is not repeated", () => {
    expect(given(CERTIFICATE + KEY)).toThrow(
      "shop/entrance: tls.certificate is a private key's text; a private key stands in it, and it is delivered and kept in clear. Take the " +
        "key out, and make a new one if others can read it.",
    );
    expect(given(CERTIFICATE, KEY)).toThrow("shop/entrance: tls.chain is a private key's text;");
    expect(given(CERTIFICATE + KEY)).not.toThrow(/c2VjcmV0/);
  });

  test.each([
    [
      "the name of a file",
      "/etc/ssl/shop.pem",
      'a certificate as PEM begins with "-----BEGIN CERTIFICATE-----". Give the text, not the name of a file.',
    ],
    [
      "no base64",
      CERTIFICATE.replace("TUlJQg==", "{}"),
      "between its lines BEGIN and END stands no base64. Copy the whole file as it is.",
    ],
    [
      "half of one",
      CERTIFICATE.slice(0, 40),
      'a certificate in it has no "-----END CERTIFICATE-----". Copy the whole file as it is.',
    ],
    [
      "something else beside it",
      `${CERTIFICATE}-----BEGIN DH PARAMETERS-----\nTUlJ\n-----END DH PARAMETERS-----\n`,
      "it holds a DH PARAMETERS; only certificates belong here. Take it out.",
    ],
  ])("%s", (_, text, problem) => {
    expect(given(text)).toThrow(`shop/entrance: tls.certificate is ${quoted(text)}; ${problem}`);
  });

  test("several in a row are welcome", () => {
    expect(given(CERTIFICATE + CERTIFICATE, CERTIFICATE)).not.toThrow();
  });
});
