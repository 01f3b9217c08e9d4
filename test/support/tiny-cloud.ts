import { Construct } from "constructs";
import { TerraformStack, Testing, type App } from "../../lib/cdktf";
import { GaleraCluster, HaWebTier, type GaleraClusterProps, type HaWebTierProps } from "../../lib";
import type { ManifestNode, ManifestSite } from "../../lib/manifest/manifest";
import { placeNodes } from "../../lib/sites/shared/place-nodes";
import { DEFAULT_RELIABILITY } from "../../lib/contracts/reliability-defaults";
import { CloudMachine } from "../../lib/sites/shared/cloud-machine";
import { mountDataVolume } from "../../lib/sites/shared/data-volume";
import { machineNames } from "../../lib/sites/shared/machine-names";
import type { FloatingAddress } from "../../lib/sites/shared/floating-address";
import type { ISite, Machine, MachineRequest } from "../../lib/contracts/site";
import type { SshProps } from "../../lib/rollout/ssh";
import { FakeResource } from "./fake-resource";
import { phpShop } from "./hive";

export interface TinyCloudProps {
  /** @default ["a", "b", "c"] */
  readonly zones?: readonly string[];
  /** @default { user: "admin" } */
  readonly ssh?: SshProps;
  /** Images by machine; another one replaces the machine's server. @default {} */
  readonly images?: Readonly<Record<string, string>>;
}

/** A cloud with nothing in it but what every cloud does: servers, and volumes for those who ask. */
export class TinyCloud extends Construct implements ISite {
  readonly kind = "tiny";
  readonly name: string;
  readonly zones: readonly string[];
  readonly network = undefined;
  private readonly made = new Map<string, CloudMachine>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TinyCloudProps = {},
  ) {
    super(scope, id);
    this.name = id;
    this.zones = props.zones ?? ["a", "b", "c"];
  }

  provide(request: MachineRequest): Machine[] {
    const stack = TerraformStack.of(this).node.path;
    return machineNames(request, { zones: this.zones, stack }).map(({ name, zone }) => {
      const machine = this.made.get(name) ?? this.make(name, zone);
      if (request.data !== undefined) this.attach(machine, request.data);
      return machine;
    });
  }

  floatingAddress(): FloatingAddress | undefined {
    return undefined;
  }

  ownerOf(): string | undefined {
    return undefined;
  }

  structureNodes(): Record<string, ManifestNode> {
    return placeNodes(this, DEFAULT_RELIABILITY);
  }

  toManifest(): ManifestSite {
    return { name: this.name, kind: this.kind, zones: [...this.zones], ssh: { user: "admin" } };
  }

  private make(name: string, zone: string): CloudMachine {
    const machine = new CloudMachine(this, {
      site: this,
      name,
      zone,
      ssh: this.props.ssh ?? { user: "admin" },
      reliability: DEFAULT_RELIABILITY.machine,
      instance: (scope) => {
        const server = new FakeResource(scope, "Resource", `private of ${name}`, this.props.images?.[name], {
          createBeforeDestroy: true,
        });
        const publicIp = new FakeResource(scope, "public-ip", `public of ${name}`);
        const rule = new FakeResource(scope, "ssh-rule", server.id);
        return { id: server.id, privateAddress: server.output, publicAddress: publicIp.output, needs: [rule] };
      },
    });
    this.made.set(name, machine);
    return machine;
  }

  private attach(machine: CloudMachine, { mount, gibibytes }: NonNullable<MachineRequest["data"]>): void {
    const volume = new FakeResource(machine, "volume", `volume of ${machine.name}`);
    const attachment = new FakeResource(machine, "attachment", `${machine.id} ${volume.id}`);
    mountDataVolume(machine, { device: `/dev/disk/by-id/${volume.output}`, mount, gibibytes, needs: [attachment] });
  }
}

export interface CloudShopOptions extends TinyCloudProps {
  readonly db?: Partial<GaleraClusterProps>;
  readonly web?: Partial<HaWebTierProps>;
  /** Of the app, as in `cdktf.json`. */
  readonly context?: Record<string, unknown>;
}

/** The shop's database and web servers in a tiny cloud, in a stack of its own. */
export function cloudShop({ db, web, context, ...props }: CloudShopOptions = {}) {
  const app: App = Testing.app({ context });
  const stack = new TerraformStack(app, "shop");
  const site = new TinyCloud(stack, "cloud", props);
  const database = new GaleraCluster(stack, "db", { site, nodes: 3, databases: ["shop"], ...db });
  const servers = new HaWebTier(stack, "web", { site, servers: 3, app: phpShop(), database, ...web });
  return { app, stack, site, db: database, web: servers };
}
