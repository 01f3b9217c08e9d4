import { Duration } from "../../../../lib/core/duration";
import { floatingAddress, type FloatingAddressOptions } from "../../../../lib/software/floating-address/keepalived";

const OPTIONS: FloatingAddressOptions = {
  instance: "shop-entrance",
  constructPath: "shop/entrance",
  self: { name: "lb-a", address: "10.80.0.11" },
  peers: [
    { name: "lb-b", address: "10.80.0.12" },
    { name: "lb-c", address: "10.80.0.13" },
  ],
  address: "10.80.0.100",
  routerId: 100,
  priority: 200,
  readyPort: 18100,
  servingUnit: "beehive-haproxy-shop-entrance.service",
};

function configOf(options: Partial<FloatingAddressOptions> = {}): string[] {
  const { files } = floatingAddress({ ...OPTIONS, ...options });
  return files
    .find((file) => file.path.endsWith("shop-entrance.conf"))!
    .content.split("\n")
    .map((line) => line.trim());
}

describe("the floating address", () => {
  it("begins as backup and never comes back by itself", () => {
    expect(configOf()).toEqual(expect.arrayContaining(["state BACKUP", "nopreempt"]));
  });

  it("is worth less than any other machine when it holds the address and all know so", () => {
    const config = configOf();
    expect(config).toEqual(expect.arrayContaining(["priority 200", "weight -100", "fresh_shop_entrance"]));
  });

  it("says every two seconds who holds the address", () => {
    expect(configOf()).toContain("vrrp_garp_master_refresh 2");
  });

  it("exchanges adverts with its peers alone", () => {
    const config = configOf();
    const peers = config.slice(config.indexOf("unicast_peer {") + 1, config.indexOf("unicast_peer {") + 4);
    expect(peers).toEqual(["10.80.0.12", "10.80.0.13", "}"]);
    expect(config).toEqual(
      expect.arrayContaining(["unicast_src_ip 10.80.0.11", "check_unicast_src", "unicast_fault_no_peer"]),
    );
  });

  it("is on the interface of the machine's own address", () => {
    expect(configOf()).toContain("interface {{beehive:interface:10.80.0.11}}");
  });

  it("has a prefix of one address, IPv6 too", () => {
    expect(configOf()).toContain("10.80.0.100/32");
    expect(configOf({ address: "2001:db8::100" })).toContain("2001:db8::100/128");
    expect(configOf({ prefixLength: 24 })).toContain("10.80.0.100/24");
  });

  it("is announced every 100 ms, or as told", () => {
    expect(configOf()).toContain("advert_int 0.1");
    expect(configOf({ advertInterval: Duration.seconds(1) })).toContain("advert_int 1");
  });

  it("asks the load balancer with an account that owns nothing", () => {
    expect(configOf()).toEqual(expect.arrayContaining(["script_user nobody nogroup", "enable_script_security"]));
    const script = floatingAddress(OPTIONS).files.find((file) => file.path.endsWith("entrance-ready-shop-entrance"))!;
    expect(script).toMatchObject({ mode: "0755" });
    expect(script.content).toContain('"/dev/tcp/$1/18100"');
    expect(script.content).toContain('peers="10.80.0.12 10.80.0.13"');
  });

  it("keeps its process ids apart from those of another group", () => {
    const unit = floatingAddress(OPTIONS).files.find((file) => file.path.endsWith(".service"))!;
    expect(unit.content).toContain("--pid /run/beehive-keepalived-shop-entrance/keepalived.pid");
    expect(unit.content).toContain("--vrrp_pid /run/beehive-keepalived-shop-entrance/vrrp.pid");
  });

  it("lets only peers speak VRRP", () => {
    expect(floatingAddress(OPTIONS).ports).toEqual([
      {
        port: 100,
        protocol: "vrrp",
        address: "10.80.0.11",
        from: ["10.80.0.12", "10.80.0.13"],
        purpose: "keepalived, VRRP",
      },
    ]);
  });
});
