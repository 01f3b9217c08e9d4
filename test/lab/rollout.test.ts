import * as path from "node:path";
import { DeployedHive } from "../support/deployed-hive";

const MINUTES = 60_000;
jest.setTimeout(8 * MINUTES);

// One hive, changed by one test after the other, as in life. Each test leaves it deployed and whole. `cdktf deploy` has made it;
// where it is not cdktf that a test is about, Terraform goes on by itself.
let hive: DeployedHive;
beforeAll(async () => {
  hive = await DeployedHive.boot({ program: path.join(__dirname, "programs/rollout"), suite: "trixie" });
});
afterAll(async () => {
  expect(await hive?.remove()).toBe("0 containers, 0 networks, 0 volumes left");
});

const front = () => hive.get(`http://${hive.entrance.address}/`);
const greetingOn = (machine: string) =>
  hive.shell(
    machine,
    `python3 -c "import urllib.request as u; print(u.urlopen('http://10.86.0.2${machine.at(-1)}:8080/', timeout=3).read().decode())"`,
  );
const lastRollout = (machine: string) =>
  hive.shell(machine, "stat -c %Y.%Z /usr/local/lib/beehive/beehive-apply /var/lib/beehive/rollout/*/state.json");

test("one deploy makes it, through a user with sudo", async () => {
  await hive.deploy();
  expect(await front()).toMatch(/^hello from web-\d$/);
  expect(await hive.shell("web-1", "ls -A --ignore=script-* /home/deploy/.beehive")).toBe("");
});

test("a second deploy changes nothing and touches no machine", async () => {
  const before = await Promise.all(["web-1", "lb-1"].map(lastRollout));
  expect(await hive.hasChanges()).toBe(false);
  expect(await hive.deploy()).toContain("No changes");
  expect(await Promise.all(["web-1", "lb-1"].map(lastRollout))).toEqual(before);
});

test("only the load balancers can connect to the application", async () => {
  const connect = "timeout 2 python3 -c \"import socket; socket.create_connection(('10.86.0.21', 8080), 1)\"";
  await expect(hive.shell("lb-1", connect)).resolves.toBe("");
  await expect(hive.shell("web-2", connect)).rejects.toThrow(/timed out|web-2/);
});

test("a program that listens on all addresses is open on none of them but to the load balancers, in both families", async () => {
  const [other, sixth] = ["10.86.0.121", "fd86::21"];
  await hive.shell("web-1", "systemctl stop beehive-app-rollout-web");
  await hive.shell("web-1", "systemd-run --quiet --unit=everywhere python3 -m http.server --bind :: 8080");
  const device = "$(ip -o route get 10.86.0.1 | sed 's/.* dev \\([^ ]*\\).*/\\1/')";
  await hive.shell("web-1", `ip address add ${other}/24 dev ${device}; ip address add ${sixth}/64 dev ${device} nodad`);
  await hive.shell("web-2", `ip address add fd86::22/64 dev ${device} nodad`);
  const connect = (from: string, address: string) =>
    hive.shell(from, `python3 -c "import socket; socket.create_connection(('${address}', 8080), 1)"`);
  for (const address of ["10.86.0.21", other, sixth])
    await expect(connect("web-2", address)).rejects.toThrow("timed out");
  await expect(connect("lb-1", other)).resolves.toBe("");
  await hive.shell("web-1", `systemctl stop everywhere; systemctl start beehive-app-rollout-web`);
  await hive.shell("web-1", `ip address del ${other}/24 dev ${device}; ip address del ${sixth}/64 dev ${device}`);
  await hive.shell("web-2", `ip address del fd86::22/64 dev ${device}`);
});

test("firewall tables come back when another program loads its own ruleset", async () => {
  const tables = (name: string) => hive.shell(name, "nft list tables | grep beehive_");
  for (const name of ["web-1", "lb-1"]) {
    const before = await tables(name);
    for (const flush of ["systemctl start nftables", "nft -f /etc/nftables.conf", "systemctl reload nftables"]) {
      // Asked on the machine, every 20 ms: it takes less than a second.
      const back = `[ "$(nft list tables | grep beehive_ | sort)" = "$(cat /run/before)" ]`;
      await hive.shell(name, "nft list tables | grep beehive_ | sort >/run/before");
      await hive.shell(
        name,
        `${flush}; for i in $(seq 50); do ${back} && exit 0; sleep 0.02; done; nft list tables; exit 1`,
      );
    }
    expect((await tables(name)).split("\n").sort()).toEqual(before.split("\n").sort());
  }
});

test("a daemon whose firewall cannot be loaded does not start, and starts by itself when it can", async () => {
  const table = "/etc/beehive/nftables/rollout-web.nft";
  await hive.shell("web-3", `systemctl stop beehive-firewall-rollout-web; mv ${table} ${table}.away`);
  await expect(hive.shell("web-3", "systemctl restart beehive-app-rollout-web")).rejects.toThrow(/failed/);
  expect(await hive.shell("web-3", "systemctl is-active beehive-app-rollout-web || true")).not.toBe("active");
  await hive.shell("web-3", `mv ${table}.away ${table}`);
  const all = ["app", "firewall"].map((kind) => `systemctl is-active --quiet beehive-${kind}-rollout-web`).join(" && ");
  await hive.shell("web-3", `for i in $(seq 100); do ${all} && exit 0; sleep 0.1; done; exit 1`);
  expect(await hive.shell("web-3", "nft list table inet beehive_rollout_web")).toContain("drop");
});

test("a daemon that the program adds to a tier answers whom its port names and nobody else, and its timer works", async () => {
  const metrics = (from: string) =>
    hive.shell(
      from,
      "python3 -c \"import urllib.request as u; print(u.urlopen('http://10.86.0.21:9100/metrics', timeout=2).read().decode())\"",
    );
  expect(await metrics("lb-1")).toMatch(/^node_load1 /m);
  await expect(metrics("lb-2")).rejects.toThrow(/timed out/);
  await expect(metrics("web-2")).rejects.toThrow(/timed out/);
  expect(await metrics("lb-1")).toMatch(/^node_upgrades_waiting \d+$/m);
});

test("a tier of the program's own keeps what one client gives it for the others, and nobody else gets in", async () => {
  const ask = (from: string, request: string) =>
    hive.shell(
      from,
      `python3 -c "import socket; c = socket.create_connection(('10.86.0.11', 11211), 2); c.sendall(b'${request}\\r\\nquit\\r\\n'); print(b''.join(iter(lambda: c.recv(4096), b'')).decode())"`,
    );
  expect(await ask("web-1", "set visitors 0 0 5\\r\\nhoney")).toContain("STORED");
  expect(await ask("web-3", "get visitors")).toContain("honey");
  await expect(ask("lb-2", "get visitors")).rejects.toThrow(/timed out/);
});

test("a change rolls through the servers and no visitor notices", async () => {
  const { failed, requests } = await hive.underFire(() => hive.apply({ greeting: "servus" }));
  expect(failed).toEqual([]);
  expect(requests).toBeGreaterThan(200);
  expect(await front()).toMatch(/^servus/);
});

test("a bad HAProxy line stops at the first machine, and the old configuration keeps serving", async () => {
  const change = { greeting: "servus", frontend: "htp-response set-header X-Shop yes" };
  const { failed, result } = await hive.underFire(() => hive.apply(change).catch((error: Error) => error.message));
  expect(result).toMatch(
    /beehive lb-1 rollout\/entrance: REFUSED: haproxy refuses \/etc\/beehive\/haproxy\/rollout-entrance.cfg/,
  );
  expect(result).toMatch(
    /parsing \[\/etc\/beehive\/haproxy\/rollout-entrance.cfg:\d+\] : unknown keyword 'htp-response'/,
  );
  expect(result).not.toMatch(/beehive lb-2 rollout\/entrance/);
  expect(failed).toEqual([]);
  await hive.apply({ greeting: "servus" });
});

test("a release that does not get well stops at the first server, which gets its old one back", async () => {
  const { failed, result } = await hive.underFire(() =>
    hive.apply({ greeting: "broken" }).catch((error: Error) => error.message),
  );
  expect(result).toMatch(/beehive web-1 rollout\/web: REFUSED: the application answers: not within/);
  expect(result).toContain("The previous configuration is restored and serving.");
  expect(result).not.toMatch(/beehive web-2 rollout\/web/);
  expect(failed).toEqual([]);
  for (const i of [1, 2, 3]) expect(await greetingOn(`web-${i}`)).toContain("servus");
  await hive.apply({ greeting: "servus" });
});

test("a release stops at a server that load balancers do not reach, however well the server finds itself", async () => {
  const closed = "to 10.86.0.21 ipproto tcp dport 8080 blackhole";
  const both = (command: string) => Promise.all(["lb-1", "lb-2"].map((lb) => hive.shell(lb, command)));
  await both(`ip rule add ${closed}`);
  try {
    const { failed, result } = await hive.underFire(() =>
      hive.apply({ greeting: "salut" }).catch((error: Error) => error.message),
    );
    expect(result).toMatch(/beehive web-1 rollout\/web: REFUSED: the load balancers send visitors here: not within/);
    expect(result).toContain("10.86.0.21:8080 is sent nobody by lb-1, lb-2");
    expect(result).not.toMatch(/beehive web-2 rollout\/web/);
    // Those that were on their way when the rules came.
    expect(failed.length).toBeLessThanOrEqual(2);
  } finally {
    await both(`ip rule del ${closed}`);
  }
  for (const i of [1, 2, 3]) expect(await greetingOn(`web-${i}`)).toContain("servus");
  await hive.apply({ greeting: "servus" });
});

test("the address leaves a load balancer that reaches no server while another one does, and stays there", async () => {
  const holders = async () => {
    const all = await Promise.all(
      ["lb-1", "lb-2"].map((name) => hive.shell(name, `ip -o address show to ${hive.entrance.address}`)),
    );
    return ["lb-1", "lb-2"].filter((_, i) => all[i] !== "");
  };
  const [before = ""] = await holders();
  const chain = "'{ type filter hook output priority 0; }'";
  const cut = `nft add chain inet cut output ${chain} && nft add rule inet cut output tcp dport 8080 drop`;
  await hive.shell(before, `nft add table inet cut && ${cut}`);
  const after = before === "lb-1" ? "lb-2" : "lb-1";
  for (let i = 0; i < 40 && (await holders())[0] !== after; i++) await new Promise((done) => setTimeout(done, 500));
  expect(await holders()).toEqual([after]);
  expect(await front()).toMatch(/^servus/);
  await hive.shell(before, "nft delete table inet cut");
  await new Promise((done) => setTimeout(done, 3000));
  expect(await holders()).toEqual([after]);
});

test("a second deploy from another laptop is refused while the first is at work, with who it is, and the first one goes on", async () => {
  const other = await hive.anotherLaptop();
  let second: Promise<string> | undefined;
  const refused = async () => {
    await hive.shell("web-1", "pkill -STOP -f '[b]eehive-apply apply'");
    const said = await other.apply({ greeting: "ciao" }).catch((error: Error) => error.message);
    // sudo stops itself and the script when it sees that its program was stopped, and may see it late.
    const go = "pkill -CONT -u deploy; pkill -CONT -f '[b]eehive-apply apply'";
    await hive.shell("web-1", `for i in 1 2 3 4 5 6; do ${go}; sleep 0.3; done`);
    return said;
  };
  try {
    await hive.deploy({ greeting: "salut" }, undefined, (line) => {
      if (/beehive web-1 rollout\/web: .*restarting/.test(line)) second ??= refused();
    });
    expect(await second).toMatch(
      /web-1 rollout\/web: REFUSED: \S+ from 10\.86\.0\.1 \(rollout\/web\) is at work here, since [\d:]+ UTC \(\d+ s\)/,
    );
  } finally {
    other.forget();
  }
  for (const i of [1, 2, 3]) expect(await greetingOn(`web-${i}`)).toContain("salut");
  expect(await hive.shell("web-1", "ls -A --ignore=script-* /home/deploy/.beehive")).toBe("");
  await hive.apply({ greeting: "servus" });
});

test("after Ctrl-C in the middle the next deploy converges", async () => {
  const interrupt = new AbortController();
  const watch = (line: string) => {
    if (/beehive web-1 rollout\/web: .*restarting/.test(line)) interrupt.abort(new Error("Ctrl-C"));
  };
  await expect(hive.deploy({ greeting: "moin" }, interrupt.signal, watch)).rejects.toThrow("Ctrl-C");
  await hive.apply({ greeting: "moin" });
  expect(await hive.hasChanges({ greeting: "moin" })).toBe(false);
  for (const i of [1, 2, 3]) expect(await greetingOn(`web-${i}`)).toContain("moin");
  expect(await front()).toMatch(/^moin/);
});

test("when SSH is lost in the middle, the machine finishes and the next deploy converges", async () => {
  let cut: Promise<unknown> | undefined;
  const watch = (line: string) => {
    if (/beehive web-1 rollout\/web: .*restarting/.test(line)) {
      cut ??= hive.shell("web-1", "pkill -KILL -f '^sshd.*deploy' || pkill -KILL -u deploy");
    }
  };
  await hive.deploy({ greeting: "griaß di" }, undefined, watch).catch(() => undefined);
  expect(cut).toBeDefined();
  await cut;
  await hive.apply({ greeting: "griaß di" });
  expect(await hive.hasChanges({ greeting: "griaß di" })).toBe(false);
  expect(await front()).toMatch(/^griaß di/);
});

test("when a machine loses power in the middle, the others keep serving and the next deploy converges", async () => {
  let died: Promise<unknown> | undefined;
  const watch = (line: string) => {
    if (/beehive web-1 rollout\/web: .*restarting/.test(line)) died ??= hive.lab.powerOff("web-1");
  };
  await expect(hive.deploy({ greeting: "hej" }, undefined, watch)).rejects.toThrow(/web-1/);
  await died;
  expect(await front()).toMatch(/^griaß di from web-[23]$/);
  await hive.lab.powerOn("web-1");
  await hive.apply({ greeting: "hej" });
  for (const i of [1, 2, 3]) expect(await greetingOn(`web-${i}`)).toContain("hej");
});

test("an upgrade restarts what runs old code, the holder of the address last, and no visitor notices", async () => {
  const holds = (machine: string) => hive.shell(machine, "ip -o address show to 10.86.0.100");
  const [holder, other] = (await holds("lb-1")) === "" ? ["lb-2", "lb-1"] : ["lb-1", "lb-2"];
  await Promise.all([
    hive.offerNewer("web-1", "harmless"),
    ...["web-2", "web-3"].map((machine) => hive.offerNewer(machine)),
    ...["lb-1", "lb-2"].map((machine) => hive.offerNewer(machine, "haproxy")),
  ]);
  const { result, failed, requests } = await hive.underFire(() => hive.upgrade());
  expect(failed).toEqual([]);
  expect(requests).toBeGreaterThan(200);
  const order = [...result.matchAll(/^✓ (\S+) +1 package, restarted (.*), whole after \d+ s$/gm)];
  expect(order.map(([, machine]) => machine)).toEqual(["web-1", other, holder]);
  for (const [, , restarted] of order.slice(1)) expect(restarted).toContain("beehive-haproxy-rollout-entrance.service");
  expect(await holds(other)).not.toBe("");
  expect(await hive.upgrade()).toContain("Nothing to upgrade.");
});

test("a machine that leaves the program is taken out of service, then stopped, and no visitor notices, with the key elsewhere", async () => {
  hive.moveKey();
  const { failed } = await hive.underFire(() => hive.apply({ greeting: "hej", servers: 2 }));
  expect(failed).toEqual([]);
  expect(await hive.shell("web-3", "systemctl list-units --no-legend 'beehive-*rollout*'")).toBe("");
  expect(await hive.shell("web-3", "ls /etc/beehive/nftables 2>/dev/null || true")).toBe("");
  await hive.apply({ greeting: "hej" });
  expect(await hive.shell("web-3", "systemctl is-active beehive-app-rollout-web")).toBe("active");
});

test("a dead machine can leave the program", async () => {
  await hive.lab.powerOff("web-3");
  await hive.apply({ greeting: "hej", servers: 2 });
  expect(await hive.hasChanges({ greeting: "hej", servers: 2 })).toBe(false);
  expect(await front()).toMatch(/^hej from web-[12]$/);
});
