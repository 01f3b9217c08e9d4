import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { HostsSite, HaWebTier, Machines, FloatingAddress, WebApp, type SshProps } from "../../../../lib";
import { TerraformVariable } from "../../../../lib/cdktf";
import { SHOP_APP, hosts, phpShop, scratch, shop, synth } from "../../../support/hive";

const folder = scratch();
const withSsh = (ssh: SshProps) => () => shop({ site: { ssh } });

function keyFile(name: string, content: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content, { mode: 0o600 });
  return file;
}

function openSsh(name: string, passphrase: string, type = "ed25519"): string {
  const file = path.join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-f", file]);
  return file;
}

function pem(form: "pkcs8" | "pkcs1", passphrase?: string): string {
  const cipher = passphrase === undefined ? {} : { cipher: "aes-128-cbc", passphrase };
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: form, format: "pem", ...cipher } as never,
  });
  return privateKey as unknown as string;
}

describe("SSH keys", () => {
  const locked: readonly [string, () => string][] = [
    ["OpenSSH's form", () => openSsh("locked-openssh", "open sesame")],
    ["PKCS #8", () => keyFile("locked-pkcs8", pem("pkcs8", "open sesame"))],
    ["the old PEM form", () => keyFile("locked-pem", pem("pkcs1", "open sesame"))],
  ];
  test.each(locked)("with a passphrase, in %s", (_, make) => {
    const file = make();
    expect(withSsh({ privateKeyFile: file })).toThrow(
      `shop/rack: ssh.privateKeyFile is "${file}", a key with a passphrase, and Terraform asks for none. Leave ` +
        `ssh.privateKeyFile out and give the key to the SSH agent (ssh-add ${file}), or use a key without a passphrase ` +
        `(ssh-keygen -t ed25519 -N "" -f another file).`,
    );
  });

  const open: readonly [string, () => string][] = [
    ["OpenSSH's form", () => openSsh("open-openssh", "")],
    ["OpenSSH's form, RSA", () => openSsh("open-rsa", "", "rsa")],
    ["PKCS #8", () => keyFile("open-pkcs8", pem("pkcs8"))],
    ["the old PEM form", () => keyFile("open-pem", pem("pkcs1"))],
  ];
  test.each(open)("without one are welcome, in %s", (_, make) => {
    expect(withSsh({ privateKeyFile: make() })).not.toThrow();
  });

  test("of a bastion, with a passphrase", () => {
    const file = openSsh("locked-bastion", "open sesame");
    expect(withSsh({ bastion: { host: "bastion.example.org", privateKeyFile: file } })).toThrow(
      `shop/rack: ssh.bastion.privateKeyFile is "${file}", a key with a passphrase`,
    );
  });

  test("of PuTTY", () => {
    const file = keyFile("key.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\n");
    expect(withSsh({ privateKeyFile: file })).toThrow(
      `shop/rack: ssh.privateKeyFile is "${file}", a key in PuTTY's form, which Terraform does not read. ` +
        `Convert it: puttygen ${file} -O private-openssh -o ${file}.pem.`,
    );
  });

  test("the public half", () => {
    const file = `${openSsh("half", "")}.pub`;
    expect(withSsh({ privateKeyFile: file })).toThrow(
      `shop/rack: ssh.privateKeyFile is "${file}", which is no private key (a private key begins with ` +
        `"-----BEGIN … PRIVATE KEY-----"). Give the file without .pub.`,
    );
  });

  test.each(["pkcs8", "pkcs1"] as const)("the text of a key is not repeated (%s)", (form) => {
    const key = pem(form);
    const refusal = thrown(withSsh({ privateKeyFile: key }));
    expect(refusal).toBe(
      'shop/rack: ssh.privateKeyFile is the text of a key; it takes the name of the file that the key is in, such as "~/.ssh/id_ed25519". ' +
        "Take the key out of the program, and make a new one if others can read it.",
    );
    for (const line of key.split("\n").slice(1, -2)) expect(refusal).not.toContain(line);
  });
});

describe("host keys, accounts and bastions", () => {
  test("a fingerprint where the key belongs", () => {
    expect(withSsh({ hostKey: "SHA256:Xb2nHgVd1yQpD0cJkH8vKQ4b6h3y8N2sZ1mXw0t5aBc" })).toThrow(
      'shop/rack: ssh.hostKey is "SHA256:Xb2nHgVd1yQpD0cJkH8vKQ4b6h3y8N2sZ1mXw0t5aBc", which is a key\'s fingerprint; write type and ' +
        'key, such as "ssh-ed25519 AAAA…". ssh-keyscan followed by the address prints them after the address; of several, ' +
        'Terraform looks at ECDSA first. "any" takes whoever answers.',
    );
  });

  test("a line of known_hosts, with the host in front", () => {
    const line = "10.77.0.11 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample";
    expect(withSsh({ bastion: { host: "10.0.0.1", hostKey: line } })).toThrow(
      `shop/rack: ssh.bastion.hostKey is "${line}", which is no public host key;`,
    );
  });

  test.each(["ssh-ed25519", "rsa", "ecdsa"])("a real one is welcome (%s)", (type) => {
    const kind = type.replace("ssh-", "");
    const key = fs.readFileSync(`${openSsh(`host-${kind}`, "", kind)}.pub`, "utf8");
    expect(withSsh({ hostKey: key })).not.toThrow();
  });

  test("an account with its host", () => {
    expect(withSsh({ user: "root@10.77.0.11" })).toThrow(
      'shop/rack: ssh.user is "root@10.77.0.11"; it is the account alone, and the address stands in another property. Write "root".',
    );
  });

  test("an account that is none", () => {
    expect(withSsh({ bastion: { host: "b.example.org", user: "jump host" } })).toThrow(
      'shop/rack: ssh.bastion.user is "jump host"; an account is letters, digits, dots, dashes and underscores, such as "debian".',
    );
  });

  test.each(["jump@bastion.example.org", "bastion.example.org:2222", "ssh://bastion"])("a bastion as %s", (host) => {
    expect(withSsh({ bastion: { host } })).toThrow(
      `shop/rack: ssh.bastion.host is "${host}"; it is a DNS name or an IP address alone, such as "bastion.example.org". ` +
        "Account and port have properties of their own: user and port.",
    );
  });
});

describe("addresses", () => {
  const one = (address: string) => () => shop({ hosts: [{ ...hosts({ web: 1 })[0]!, address }] });

  test("a host name", () => {
    expect(one("web-1.example.org")).toThrow(
      'shop/rack: hosts.0.address is "web-1.example.org", which is a host name and no IP address; write an IPv4 or IPv6 address such ' +
        'as "10.77.0.31" (getent hosts web-1.example.org prints it). Host names are not taken, because a cluster must not depend ' +
        "on DNS to find its members.",
    );
  });

  test("an address that only Terraform knows", () => {
    const { stack } = shop({ hosts: hosts({ lb: 2, web: 3, db: 3 }) });
    const address = new TerraformVariable(stack, "address", { type: "string" }).stringValue;
    expect(() => new HostsSite(stack, "other", { hosts: [{ name: "x", address, zone: "a" }] })).toThrow(
      "shop/other: hosts.0.address is a value that only Terraform knows; synth has to know it, because other machines' firewalls and " +
        "daemons name it. Write the IPv4 or IPv6 address itself; machines that Terraform makes belong to the site of their cloud " +
        "(AwsSite, DigitalOceanSite).",
    );
  });

  test.each([
    ["0.0.0.0", "stands for any address"],
    ["224.0.0.18", "is a group of machines (multicast)"],
    ["255.255.255.255", "is everybody (broadcast)"],
  ])("%s %s", (address, why) => {
    expect(one(address)).toThrow(
      `shop/rack: hosts.0.address is "${address}", which ${why}; write the address of one machine, such as "10.77.0.31".`,
    );
  });

  test.each([
    ["10.77.0.0", "the network's own"],
    ["10.77.255.255", "the network's broadcast"],
  ])("a virtual IP %s that is %s address", (virtualIp, role) => {
    expect(() => shop({ site: { virtualIp } })).toThrow(
      `shop/rack: virtualIp is "${virtualIp}", which is ${role} address in 10.77.0.0/16, and no machine can have it. Choose a free ` +
        "address of 10.77.0.0/16; where the hosts' network is larger than that, say so on the site (network).",
    );
  });

  test("the same of a load balancer's own address, in a network that Beehive found", () => {
    expect(() =>
      shop({
        site: { network: undefined },
        hosts: near(),
        entrance: { address: FloatingAddress.virtualIp("10.77.9.255") },
      }),
    ).toThrow('shop/entrance: address is "10.77.9.255", which is the network\'s broadcast address in 10.77.9.0/24');
  });

  test("the first address of an IPv6 network", () => {
    const six = hosts({ web: 2 }).map((host, i) => ({ ...host, address: `fd00::${i + 1}` }));
    expect(() => shop({ hosts: six, site: { network: "fd00::/64", virtualIp: "fd00::" } })).toThrow(
      'shop/rack: virtualIp is "fd00::", which is the network\'s own address in fd00::/64',
    );
  });

  test("a host with the broadcast address of the network that the program names", () => {
    expect(() => shop({ hosts: [{ name: "x", address: "10.77.255.255", zone: "a" }] })).toThrow(
      'shop/rack: hosts.0.address is "10.77.255.255", which is the network\'s broadcast address in 10.77.0.0/16',
    );
  });

  test("every address of a network of two is one", () => {
    const two = hosts({ web: 1 }).map((host) => ({ ...host, address: "10.77.0.0" }));
    const { stack } = shop();
    expect(
      () => new HostsSite(stack, "pair", { hosts: two, network: "10.77.0.0/31", virtualIp: "10.77.0.1" }),
    ).not.toThrow();
  });
});

describe("choosing machines", () => {
  test("hosts that are kept for a tier by another name than its id", () => {
    const kept = hosts({ lb: 2, web: 3, db: 3 }).map((host) =>
      host.name.startsWith("db") ? { ...host, tiers: ["database"] } : host,
    );
    const others = kept.filter(({ tiers }) => tiers !== undefined);
    expect(() => shop({ hosts: others })).toThrow(
      'shop/db: wants 3 nodes on hosts of site rack, and 0 are left: none. db-1, db-2, db-3 are kept for "database" (tiers), and this ' +
        'tier has the id "db". Did you mean tiers: ["db"]? Otherwise add 3 hosts to the site.',
    );
  });

  test("a label that no host has", () => {
    expect(() => shop({ db: { machines: Machines.labelled({ role: "x" }) }, site: { shareMachines: true } })).toThrow(
      "shop/db: wants 3 nodes on hosts with label role=x of site rack, and no host is so labelled; the labels of its hosts are " +
        "role=lb, role=web, role=db. Correct the label, or give it to 3 hosts.",
    );
  });

  test("a label that too few hosts have", () => {
    expect(() => shop({ db: { machines: Machines.labelled({ role: "lb" }) } })).toThrow(
      "shop/db: wants 3 nodes on hosts with label role=lb of site rack, and 2 are so labelled: lb-1, lb-2. Label 1 more host, or ask " +
        "for fewer.",
    );
  });

  test("where sharing is on already, it is not the advice", () => {
    const { stack, site } = shop({ hosts: hosts({ m: 3 }), site: { shareMachines: true } });
    expect(() => new HaWebTier(stack, "more", { site, servers: 5, app: phpShop() })).toThrow(
      "Add 2 hosts to the site, or ask for fewer.",
    );
  });

  test("one machine named twice", () => {
    expect(() => shop({ web: { machines: Machines.named("web-1", "web-1"), servers: undefined } })).toThrow(
      'shop/web: machines is "named web-1, web-1"; "web-1" stands there twice; a machine does a tier\'s job once. Name each machine once.',
    );
  });

  test("no machine named", () => {
    expect(() => shop({ web: { machines: Machines.named(), servers: undefined } })).toThrow(
      'shop/web: machines is "Machines.named()"; name at least one machine: Machines.named("web-1").',
    );
  });

  test("labels that are no object", () => {
    expect(() => shop({ web: { machines: Machines.labelled("role" as never) } })).toThrow(
      'shop/web: machines is "role"; labels are an object: Machines.labelled({ role: "db" }).',
    );
  });
});

describe("two sites with one machine", () => {
  const twice = (change: object = {}) => {
    const { stack } = shop();
    const list = hosts({ web: 2 }).map((host, i) => ({
      ...host,
      name: `again-${i}`,
      address: `10.77.1.${i + 11}`,
      ...change,
    }));
    const site = new HostsSite(stack, "second", {
      hosts: list.map((host, i) => ({ ...host, privateAddress: `10.99.0.${i + 1}` })),
    });
    return () => new HaWebTier(stack, "blog", { site, servers: 2, app: phpShop() });
  };

  test("is refused when both use it", () => {
    expect(twice()).toThrow(
      'shop/second/again-0: address is "10.77.1.11", which is that of shop/rack/web-1 as well; a machine that two sites have would get ' +
        "two owners for its ports and files. List it in one site (shareMachines: true lets tiers share its machines), or correct the address.",
    );
  });

  test("behind another bastion the same address is another machine", () => {
    expect(twice({ ssh: { bastion: { host: "far.example.org" } } })).not.toThrow();
  });

  test("at another forwarded port, too", () => {
    expect(twice({ ssh: { port: 2201 } })).not.toThrow();
  });
});

describe("a Galera cluster on IPv6", () => {
  const six = (role: string) =>
    hosts({ lb: 2, web: 3, db: 3 }).map((host, i) =>
      host.name.startsWith(role) ? { ...host, address: `fd00::${i + 1}` } : host,
    );

  test("names its hosts and their addresses", () => {
    expect(() =>
      shop({ hosts: six("db"), site: { network: undefined }, db: { machines: Machines.labelled({ role: "db" }) } }),
    ).toThrow(
      "shop/db: machines are db-1 (fd00::6), db-2 (fd00::7), db-3 (fd00::8) of site rack; a Galera cluster's members reach each other by " +
        'IPv4 only. Give these hosts of shop/rack an IPv4 privateAddress, such as privateAddress: "10.77.0.31".',
    );
  });

  test("names clients and theirs", () => {
    const options = { hosts: six("web"), site: { network: undefined } };
    const machines = (role: string) => ({ machines: Machines.labelled({ role }) });
    expect(() => shop({ ...options, db: machines("db"), web: machines("web") })).toThrow(
      "shop/web: machines are web-1 (fd00::3), web-2 (fd00::4), web-3 (fd00::5) of site rack; a Galera cluster's clients reach shop/db by " +
        'IPv4 only. Give these hosts of shop/rack an IPv4 privateAddress, such as privateAddress: "10.77.0.31".',
    );
  });
});

describe("a port that two tiers want", () => {
  test("is said once for all machines, with the property that mends it", () => {
    const { stack, site, db } = shop({ hosts: hosts({ m: 3 }), site: { shareMachines: true } });
    new HaWebTier(stack, "intranet", {
      site,
      app: WebApp.php({ source: SHOP_APP, healthPath: "/health", port: 3000 }),
      database: db,
    });
    expect(thrown(() => synth(stack)).match(/wanted twice/g)).toHaveLength(1);
    expect(() => synth(stack)).toThrow(
      "shop/intranet: ports 3306 and 3307 of machines m-1, m-2, m-3 are wanted twice: by database proxy, writer of " +
        "shop/intranet (databasePort) and by database proxy, writer of shop/web (databasePort). Change databasePort of shop/intranet or " +
        "databasePort of shop/web, or choose other machines for one of them (machines).",
    );
  });

  test("by two properties of different names", () => {
    const { stack } = shop({ hosts: hosts({ m: 3 }), site: { shareMachines: true }, db: { agentPort: 8080 } });
    expect(() => synth(stack)).toThrow(
      /port 8080 of machines m-\d, m-\d, m-\d is wanted twice: by nginx, HTTP of shop\/web \(app\.port\) and by Galera, health agent of shop\/db \(agentPort\)\. Change app\.port of shop\/web or agentPort of shop\/db, or choose other machines/,
    );
  });
});

function near() {
  return hosts({ lb: 2, web: 3, db: 3 }).map((host, i) => ({ ...host, address: `10.77.9.${i + 11}` }));
}

function thrown(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}
