import type { LocatedMachine } from "../../../lib/manifest/located-machines";
import { type Login, sshCommand } from "../../../lib/cli/ssh-command";
import { sessionCommand } from "../../../lib/upgrade/ssh-session";

const machine = { name: "db-1", address: "10.77.0.31", privateAddress: "10.77.0.31", sshPort: 2222 } as LocatedMachine;

function command(login: Login) {
  const kept: string[][] = [];
  const words = sshCommand(machine, login, "work", (lines) => `/scratch/${kept.push([...lines])}`);
  return { words, kept };
}

describe("the way to a machine", () => {
  test("is that of the program alone, and asks nobody", () => {
    const { words } = command({ user: "root" });
    expect(words.slice(0, 8)).toEqual(["ssh", "-T", "-F", "none", "-p", "2222", "-l", "root"]);
    expect(words.slice(-2)).toEqual(["10.77.0.31", "work"]);
    expect(words).toContain("BatchMode=yes");
  });

  test("has the program's key and no other", () => {
    const { words } = command({ user: "debian", privateKeyFile: "/program/keys/id" });
    expect(words.join(" ")).toContain("-i /program/keys/id");
    expect(words).toContain("IdentitiesOnly=yes");
  });

  test("verifies the host key that the program knows, as the host's own or its authority's", () => {
    const { words, kept } = command({ user: "root", hostKey: "ssh-ed25519 AAAA" });
    expect(words).toEqual(expect.arrayContaining(["StrictHostKeyChecking=yes", 'UserKnownHostsFile="/scratch/1"']));
    expect(kept).toEqual([
      ["[10.77.0.31]:2222 ssh-ed25519 AAAA", "@cert-authority [10.77.0.31]:2222 ssh-ed25519 AAAA"],
    ]);
  });

  test("leads through a bastion with a login of its own", () => {
    const bastion = {
      host: "bastion.example.org",
      port: 22,
      user: "jump",
      privateKeyFile: "/50%/id",
      hostKey: "ssh-rsa B",
    };
    const { words, kept } = command({ user: "root", hostKey: "ssh-ed25519 A", bastion });
    const proxy = words.find((word) => word.startsWith("ProxyCommand="));
    expect(proxy).toMatch(
      /^ProxyCommand=ssh -F none -p 22 -l jump -i \/50%%\/id .* -W '\[%h\]:%p' bastion\.example\.org$/,
    );
    expect(proxy).toContain("StrictHostKeyChecking=yes");
    expect(kept.map(([line]) => line)).toEqual(["bastion.example.org ssh-rsa B", "[10.77.0.31]:2222 ssh-ed25519 A"]);
  });
});

test("what runs on the machine means nothing to any shell but its words", () => {
  expect(sessionCommand("root", "alice")).toBe("/usr/local/lib/beehive/beehive-apply session 'alice'");
  expect(sessionCommand("debian", "it's $(me) !")).toBe(
    "sudo -n /usr/local/lib/beehive/beehive-apply session 'it_s __me_ _'",
  );
});
