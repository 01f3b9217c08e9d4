import { Engine } from "../../../lib/lab/engine";
import type { LabHost } from "../../../lib/lab/host";
import { createArguments, hardwareAddress, type MachineBoot } from "../../../lib/lab/machine-boot";

const host: LabHost = {
  engine: "podman",
  globalArguments: ["--runtime", "runc"],
  limitArguments: ["--ulimit", "nofile=20000:20000"],
  systemdArguments: ["--systemd=always", "--privileged"],
  mmdebstrap: true,
  tun: true,
  fuse: true,
  nft: true,
};

const boot: MachineBoot = {
  machine: {
    name: "db-a",
    site: "rack",
    zone: "a",
    address: "198.51.100.7",
    privateAddress: "10.78.0.11",
    sshPort: 2222,
    container: "beehive-shop-1-db-a",
  },
  image: "sha256:1234",
  networks: [
    { name: "private", address: "10.78.0.11" },
    { name: "public", address: "198.51.100.7" },
  ],
  user: "admin",
  publicKey: "ssh-ed25519 AAAA me",
  labels: { "beehive.run": "shop-1" },
};

const valuesOf = (args: readonly string[], option: string) => args.filter((_, index) => args[index - 1] === option);

describe("a machine's container", () => {
  const podman = createArguments(new Engine(host), boot);

  test("is named after the machine inside and after the run outside", () => {
    expect(valuesOf(podman, "--hostname")).toEqual(["db-a"]);
    expect(valuesOf(podman, "--name")).toEqual(["beehive-shop-1-db-a"]);
  });

  test("runs systemd with what the host needs", () => {
    expect(podman).toEqual(expect.arrayContaining([...host.systemdArguments, ...host.limitArguments]));
    expect(podman.slice(-2)).toEqual(["sha256:1234", "/sbin/init"]);
  });

  test("carries the labels of its run and of itself", () => {
    expect(valuesOf(podman, "--label")).toEqual([
      "beehive.run=shop-1",
      "beehive.machine=db-a",
      "beehive.site=rack",
      "beehive.zone=a",
      "beehive.address=198.51.100.7",
      "beehive.private-address=10.78.0.11",
      "beehive.ssh-port=2222",
    ]);
  });

  test("lets the owner's key in, as the site's user, on the machine's port", () => {
    expect(valuesOf(podman, "--env")).toEqual([
      "BEEHIVE_AUTHORIZED_KEY=ssh-ed25519 AAAA me",
      "BEEHIVE_SSH_USER=admin",
      "BEEHIVE_SSH_PORT=2222",
    ]);
  });

  test("joins all networks at once with podman", () => {
    expect(valuesOf(podman, "--network")).toEqual([
      "private:ip=10.78.0.11,mac=02:be:0a:4e:00:0b",
      "public:ip=198.51.100.7,mac=02:be:c6:33:64:07",
    ]);
  });

  test("joins the private network first with docker, which takes one", () => {
    const docker = createArguments(new Engine({ ...host, engine: "docker", globalArguments: [] }), boot);
    expect(valuesOf(docker, "--network")).toEqual(["private"]);
    expect(valuesOf(docker, "--ip")).toEqual(["10.78.0.11"]);
  });

  test("keeps its hardware address, which follows from its address", () => {
    expect(hardwareAddress("10.78.0.255")).toBe("02:be:0a:4e:00:ff");
  });
});
