import {
  reservedAddress,
  RESERVED_ADDRESS_SCOPES,
  type ReservedAddressOptions,
} from "../../../../lib/software/floating-address/reserved-address";
import { httpEntrance } from "../../../../lib/software/load-balancing/http-entrance";
import { anchorPlaceholder } from "../../../../lib/software/placeholders";
import type { Software } from "../../../../lib/software/software";

const OPTIONS: ReservedAddressOptions = {
  instance: "shop-entrance",
  constructPath: "shop/entrance",
  self: { name: "lb-a", address: "10.110.0.2" },
  peers: [
    { name: "lb-b", address: "10.110.0.3" },
    { name: "lb-c", address: "10.110.0.4" },
  ],
  routerId: 100,
  priority: 200,
  readyPort: 18100,
  servingUnit: "beehive-haproxy-shop-entrance.service",
  address: "203.0.113.7",
  port: 80,
  tokenSecret: "entrance/token",
};

const software: Software = reservedAddress(OPTIONS);
const fileOf = (path: string) => software.files.find((file) => file.path === path)!;

describe("a reserved address", () => {
  it("tells its agent the address, the API and where the token is", () => {
    expect(JSON.parse(fileOf("/etc/beehive/address/shop-entrance/settings.json").content)).toMatchObject({
      provider: "digitalocean",
      address: "203.0.113.7",
      metadataUrl: "http://169.254.169.254",
      apiUrl: "https://api.digitalocean.com",
      tokenFile: "/etc/beehive/address/shop-entrance/token",
    });
  });

  it("gives the token to the service alone", () => {
    expect(software.files.filter((file) => file.content.includes("{{beehive:secret:"))).toEqual([
      {
        path: "/etc/beehive/address/shop-entrance/token",
        content: "{{beehive:secret:entrance/token}}",
        mode: "0600",
        owner: "beehive-address",
        group: "beehive-address",
      },
    ]);
  });

  it("needs no library of the provider", () => {
    expect(software.packages).toEqual(["keepalived", "iproute2", "python3"]);
  });

  it("carries VRRP in UDP, which DigitalOcean's firewalls let through", () => {
    expect(software.ports).toEqual([
      {
        port: 19100,
        protocol: "udp",
        address: "10.110.0.2",
        from: ["10.110.0.3", "10.110.0.4"],
        purpose: "keepalived, VRRP in VXLAN",
      },
    ]);
    const config = fileOf("/etc/beehive/keepalived/shop-entrance.conf").content;
    expect(config).toContain("    interface beehive100\n");
    expect(config).not.toContain("unicast");
  });

  it("makes the link before keepalived, and changes its peers without taking it away", () => {
    expect(software.services.map(({ unit, onChange }) => [unit, onChange])).toEqual([
      ["beehive-address-shop-entrance.service", "restart"],
      ["beehive-vrrp-link-shop-entrance.service", "reload"],
      ["beehive-keepalived-shop-entrance.service", "reload"],
    ]);
    const keepalived = fileOf("/etc/systemd/system/beehive-keepalived-shop-entrance.service").content.split("\n");
    expect(keepalived).toEqual(
      expect.arrayContaining([
        "After=beehive-vrrp-link-shop-entrance.service",
        "Requires=beehive-vrrp-link-shop-entrance.service",
      ]),
    );
  });

  it("names the scopes that its token needs, and none that makes or deletes", () => {
    expect(RESERVED_ADDRESS_SCOPES).toContain("reserved_ip:update");
    expect(RESERVED_ADDRESS_SCOPES.filter((scope) => !/:(read|update)$/.test(scope))).toEqual([]);
    expect(RESERVED_ADDRESS_SCOPES.filter((scope) => scope.endsWith(":update"))).toHaveLength(1);
  });
});

describe("an entrance at a droplet's anchor address", () => {
  const entrance = httpEntrance({
    instance: "shop-entrance",
    constructPath: "shop/entrance",
    bind: { address: anchorPlaceholder, port: 80 },
    readyPort: 18100,
    servers: [],
    health: { path: "/health" },
  });

  it("binds it and sends no reset there", () => {
    const content = (path: string) => entrance.files.find((file) => file.path === path)!.content;
    expect(content("/etc/beehive/haproxy/shop-entrance.cfg")).toContain(
      "    bind {{beehive:anchor:digitalocean}}:80 transparent\n",
    );
    expect(content("/etc/beehive/nftables/shop-entrance.entrance.nft")).toContain(
      "ip saddr {{beehive:anchor:digitalocean}} tcp sport 80 tcp flags == rst|ack tcp sequence 0 drop",
    );
  });
});
