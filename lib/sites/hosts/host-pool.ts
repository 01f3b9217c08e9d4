import { selectionCount } from "../shared/site-errors";
import { tooFewHosts, unknownHosts } from "./host-errors";
import type { Machines } from "../../contracts/machines";
import type { MachineAllocation } from "../../contracts/site";
import { tierId } from "../shared/tier-id";

/** What the pool knows of a host. */
export interface PoolHost {
  readonly name: string;
  readonly zone: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Ids of the tiers that it is for. @default - any */
  readonly tiers?: readonly string[];
}

/**
 * Allocates hosts to tiers, deterministically: the same program gets the same hosts, and a host that is added at the end of its zone's list changes no earlier choice.
 */
export class HostPool {
  private readonly takenBy = new Map<string, string[]>();
  private readonly asked = new Set<string>();

  constructor(
    private readonly site: string,
    private readonly hosts: readonly PoolHost[],
    private readonly share: boolean,
  ) {}

  draw(request: MachineAllocation): string[] {
    this.asked.add(tierId(request.tier));
    const names =
      request.machines.names === undefined ? this.pick(request) : this.named(request, request.machines.names);
    for (const name of names) this.takenBy.set(name, [...this.tiersOn(name), request.tier]);
    return names;
  }

  /** Paths of the tiers on a host. */
  tiersOn(host: string): readonly string[] {
    return this.takenBy.get(host) ?? [];
  }

  /** Ids of the tiers that have drawn. */
  get tierIds(): readonly string[] {
    return [...this.asked];
  }

  private named(request: MachineAllocation, names: readonly string[]): string[] {
    const known = this.hosts.map((host) => host.name);
    const unknown = names.filter((name) => !known.includes(name));
    if (unknown.length > 0) throw unknownHosts(request.tier, unknown, known);
    if (request.count !== undefined && request.count !== names.length) {
      throw selectionCount(request.tier, request.noun, request.count, names.length);
    }
    return [...names];
  }

  private pick(request: MachineAllocation): string[] {
    const id = tierId(request.tier);
    const own = request.machines.explicit ? [] : this.hosts.filter((host) => host.tiers?.includes(id));
    const fitting = own.length > 0 ? own : this.hosts.filter((host) => accepts(request.machines, host));
    const sharing = this.share || request.machines.explicit || own.length > 0;
    const left = sharing ? fitting : fitting.filter((host) => this.tiersOn(host.name).length === 0);
    const wanted = request.count ?? left.length;
    if (wanted > left.length || wanted === 0) {
      throw tooFewHosts({
        tier: request.tier,
        noun: request.noun,
        wanted: Math.max(wanted, 1),
        left: left.map((host) => host.name),
        taken: [...this.takenBy].map(([host, tiers]) => `${host} (${tiers.join(", ")})`),
        site: this.site,
        selection: own.length > 0 ? `for tier ${id}` : request.machines.toString(),
        labels: request.machines.explicit ? this.labels : undefined,
        reserved: own.length > 0 ? [] : this.keptForNobody,
        sharing,
      });
    }
    return this.spread(left, wanted).map((host) => host.name);
  }

  /** Hosts for tiers of which none has drawn so far. */
  private get keptForNobody(): { host: string; tiers: readonly string[] }[] {
    return this.hosts.flatMap(({ name, tiers }) =>
      tiers === undefined || tiers.some((tier) => this.asked.has(tier)) ? [] : [{ host: name, tiers }],
    );
  }

  private get labels(): string[] {
    const all = this.hosts.flatMap(({ labels }) => Object.entries(labels).map(([key, value]) => `${key}=${value}`));
    return [...new Set(all)];
  }

  /** One host of each zone in turn; in a zone the least used first, then in the order of the program. */
  private spread(candidates: readonly PoolHost[], wanted: number): PoolHost[] {
    const zones = new Map<string, PoolHost[]>();
    for (const host of candidates) zones.set(host.zone, [...(zones.get(host.zone) ?? []), host]);
    for (const hosts of zones.values()) {
      hosts.sort((a, b) => this.tiersOn(a.name).length - this.tiersOn(b.name).length);
    }
    const picked: PoolHost[] = [];
    for (let round = 0; picked.length < wanted; round++) {
      for (const hosts of zones.values()) {
        const host = hosts[round];
        if (host !== undefined && picked.length < wanted) picked.push(host);
      }
    }
    return picked;
  }
}

/** Hosts that are for certain tiers are left to these; whoever asks for labels knows what it does. */
function accepts(machines: Machines, host: PoolHost): boolean {
  return machines.accepts(host.labels) && (machines.explicit || host.tiers === undefined);
}
