import { at, awsShop } from "../support/aws";
import { dropletShop, resourceOf } from "../support/digitalocean";
import { packageStore } from "../support/package-store";
import { Rehearsal } from "../support/rehearsal";
import { describeVirtualMachines, VirtualMachine } from "../support/virtual-machine";
import { KEPT, volumeProgram } from "../support/volume-program";

// The first time the image is made, and machines boot without the help of hardware.
jest.setTimeout(60 * 60_000);

/** Waits for the end of cloud-init, which is `done` only without any complaint. */
const FIRST_BOOT = "cloud-init status --wait >/dev/null; cloud-init status";
const cloudConfig = (settings: object): string => `#cloud-config\n${JSON.stringify(settings)}\n`;
/** From AWS's own instructions for Debian. */
const AGENT = "https://s3.eu-central-1.amazonaws.com/amazon-ssm-eu-central-1/latest/debian_amd64/amazon-ssm-agent.deb";

describeVirtualMachines("with the user data of its site", () => {
  const shop = dropletShop().stack;
  const [device = ""] = /\/dev\/disk\/by-id\/[\w-]+/.exec(
    JSON.stringify(resourceOf(shop, "cloud/db-fra1/data/db-fra1")),
  )!;
  // No provider is asked for anything.
  const terraform = new Rehearsal({ configuration: "/dev/null", origin: "nowhere" });
  let instance: VirtualMachine;
  let droplet: VirtualMachine;

  beforeAll(async () => {
    [instance, droplet] = (await VirtualMachine.bootAll(
      {
        name: "web-a",
        // As in Debian's images for AWS.
        user: "admin",
        userData: at(awsShop().stack, "cloud/web-a/Resource").user_data as string,
        vendorData: cloudConfig({ user: { name: "admin" }, ...packageStore(AGENT, "amazon-ssm-agent") }),
      },
      {
        name: "db-fra1",
        user: "root",
        userData: resourceOf(shop, "cloud/db-fra1/Resource").user_data as string,
        vendorData: cloudConfig({ disable_root: false }),
        volume: { name: resourceOf(shop, "cloud/db-fra1/volume").name as string, gibibytes: 1 },
      },
    )) as [VirtualMachine, VirtualMachine];
  });
  afterAll(async () => {
    terraform.remove();
    await Promise.all([instance?.remove(), droplet?.remove()]);
  });

  describe("an EC2 instance", () => {
    test("has Session Manager's agent at the end of its first boot, and keeps no copy of the package", async () => {
      expect(await instance.shell(FIRST_BOOT)).toBe("status: done");
      expect(await instance.shell("dpkg-query --show --showformat '${db:Status-Status}' amazon-ssm-agent")).toBe(
        "installed",
      );
      expect(await instance.shell("ls /run/*.deb || true")).toBe("");
    });
  });

  describe("a droplet", () => {
    /** Rolls out the program with a volume of that size. @returns what the machine said */
    const deploy = (gibibytes: number): string[] => {
      terraform.program(volumeProgram(droplet, device, gibibytes)).plan();
      return Array.from(terraform.apply().matchAll(/beehive db-a \S+: (ok: .*), gate passed/g), ([, said]) => said!);
    };
    /** Ids of the boots in which the service began. */
    const boots = async () => (await droplet.shell(`cat ${KEPT}/boots`)).split("\n");
    /** What the machine's own disk has in the folder, whatever is mounted there. */
    const beneath = () =>
      droplet.shell(`mkdir -p /run/root; mount --bind / /run/root; ls -A /run/root${KEPT}; umount /run/root`);
    const states = (...units: string[]) => droplet.shell(`systemctl is-active ${units.join(" ")} || true`);
    /** Lets the mount wait that many seconds for a volume. */
    const patience = (seconds: number) =>
      `sed -i 's/^PATIENCE = .*$/PATIENCE = ${seconds}/' /usr/local/lib/beehive/data-volume-data`;
    const reach = (target: string) => droplet.shell(`until systemctl --quiet is-active ${target}; do sleep 1; done`);

    test("lets nobody in with a password after its first boot", async () => {
      expect(await droplet.shell(`${FIRST_BOOT}; sshd -T | grep '^passwordauthentication'`)).toBe(
        "status: done\npasswordauthentication no",
      );
    });

    test("gets a filesystem on its blank volume, with what the folder held, before the service that needs it", async () => {
      await droplet.shell(`mkdir ${KEPT}; echo tables >${KEPT}/first`);
      expect(deploy(1)).toEqual([
        "ok: 3 files changed, beehive-volume-data.service started, var-lib-keeper.mount started",
        "ok: 1 file changed, keeper.service started",
      ]);
      expect(await droplet.shell(`findmnt --noheadings --output SOURCE,FSTYPE,LABEL ${KEPT} | tr -s ' '`)).toBe(
        `${await droplet.shell(`realpath ${device}`)} ext4 beehive-data`,
      );
      expect(await droplet.shell(`cat ${KEPT}/first`)).toBe("tables");
      expect(await boots()).toEqual([await droplet.bootId()]);
    });

    test("gives its filesystem the room when the volume has become larger, while it is in use", async () => {
      const blocks = () => droplet.shell(`dumpe2fs -h ${device} 2>/dev/null | grep '^Block count:' | tr -dc 0-9`);
      const service = () => droplet.shell("systemctl show --property=MainPID --value keeper.service");
      const before = await service();
      expect(await blocks()).toBe(String(2 ** 30 / 4096));
      await droplet.resizeVolume(2);
      expect(deploy(2)).toEqual(["ok: 1 file changed, beehive-volume-data.service reloaded"]);
      expect(await blocks()).toBe(String(2 ** 31 / 4096));
      expect(await service()).toBe(before);
    });

    test("mounts its volume at the next boot before the service begins", async () => {
      const [first] = await boots();
      // It has done its work, and would take longer than all the rest of a boot.
      await droplet.shell("touch /etc/cloud/cloud-init.disabled");
      // The machine's clock goes on while the host computes something else: in 90 s of it a boot may not get as far as the disk.
      await droplet.shell(patience(3600));
      await droplet.reboot();
      await reach("multi-user.target");
      expect(await states("var-lib-keeper.mount", "keeper.service")).toBe("active\nactive");
      expect(await boots()).toEqual([first, await droplet.bootId()]);
      expect(await droplet.shell(`cat ${KEPT}/first`)).toBe("tables");
      expect(await beneath()).toBe("first");
    });

    test("boots without its volume, and starts nothing that would write to the disk beneath", async () => {
      // It gives up earlier on a volume that never comes.
      await droplet.shell(patience(5));
      await droplet.bootWithoutVolume();
      await reach("multi-user.target");
      expect(await states("var-lib-keeper.mount", "keeper.service")).toBe("inactive\ninactive");
      expect(await droplet.shell("journalctl --boot --output cat --unit beehive-volume-data.service")).toContain(
        `data-volume: ${device} is no block device, and none has come within 5 s; attach the volume.`,
      );
      expect(await beneath()).toBe("first");
    });
  });
});
