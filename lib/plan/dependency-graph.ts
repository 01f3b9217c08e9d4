import { isObject, type ConfiguredResource } from "./terraform-plan";

/** The order of resources, from the plan's configuration: `depends_on` and references. */
export class DependencyGraph {
  private readonly needs = new Map<string, readonly string[]>();
  private readonly reached = new Map<string, ReadonlySet<string>>();

  constructor(resources: readonly ConfiguredResource[]) {
    const known = new Set(resources.map(({ address }) => address));
    for (const resource of resources) {
      const { expressions, provisioners, for_each_expression, count_expression } = resource;
      const words = [
        ...(resource.depends_on ?? []),
        ...references([expressions, provisioners, for_each_expression, count_expression]),
      ];
      const needs = new Set(words.map((word) => resourceOf(word)).filter((address) => known.has(address)));
      needs.delete(resource.address);
      this.needs.set(resource.address, [...needs]);
    }
  }

  /** Whether `later` waits for `earlier`, directly or through others. */
  waitsFor(later: string, earlier: string): boolean {
    return this.everythingBefore(later).has(earlier);
  }

  /** Resources that wait for `address`. */
  dependentsOf(address: string): string[] {
    return [...this.needs.keys()].filter((other) => other !== address && this.waitsFor(other, address));
  }

  /**
   * The most of these resources that Terraform may work on at the same time: the largest set of which none waits for
   * another. By Dilworth's theorem it is found with a maximum matching of the order.
   */
  largestUnordered(addresses: readonly string[]): string[] {
    const after = addresses.map((a) => addresses.flatMap((b, j) => (a !== b && this.waitsFor(b, a) ? [j] : [])));
    const matchOfLater = new Map<number, number>();
    const matchOfEarlier = new Map<number, number>();
    const augment = (i: number, seen: Set<number>): boolean => {
      for (const j of after[i]!) {
        if (seen.has(j)) continue;
        seen.add(j);
        const taken = matchOfLater.get(j);
        if (taken !== undefined && !augment(taken, seen)) continue;
        matchOfLater.set(j, i);
        matchOfEarlier.set(i, j);
        return true;
      }
      return false;
    };
    addresses.forEach((_, i) => augment(i, new Set()));
    // König: what alternating paths from the unmatched reach on the left, and do not reach on the right.
    const left = new Set([...addresses.keys()].filter((i) => !matchOfEarlier.has(i)));
    const right = new Set<number>();
    for (const i of left) {
      for (const j of after[i]!) {
        right.add(j);
        const next = matchOfLater.get(j);
        if (next !== undefined) left.add(next);
      }
    }
    return addresses.filter((_, i) => left.has(i) && !right.has(i));
  }

  private everythingBefore(address: string): ReadonlySet<string> {
    const known = this.reached.get(address);
    if (known !== undefined) return known;
    const found = new Set<string>();
    const waiting = [...(this.needs.get(address) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      waiting.push(...(this.needs.get(next) ?? []));
    }
    this.reached.set(address, found);
    return found;
  }
}

/** Every `references` list, however deep in nested blocks. */
function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "references" && Array.isArray(inner)
      ? inner.filter((word): word is string => typeof word === "string")
      : key === "constant_value"
        ? []
        : references(inner),
  );
}

/** `aws_instance.web` of `aws_instance.web["a"].private_ip`. */
function resourceOf(reference: string): string {
  const [, address = reference] = /^((?:data\.)?[^.[]+\.[^.[]+)/.exec(reference) ?? [];
  return address;
}
