/** Beyond so many covers a decision diagram is the better way to hold them. */
const MAX_COVERS = 20_000;
const MAX_STEPS = 1_000_000;

/**
 * Every set of at most `limit` events that fails `k` or more parts, where a part fails with any one of its events; sets
 * that contain another one may be among them. Events that fail many parts come first, and a branch ends as soon as the
 * largest that are left cannot make up what is missing: in a tier of 1,000 machines only zones and sites remain.
 *
 * @param parts for each part its events.
 * @returns nothing when there are too many.
 */
export function smallCovers(parts: readonly (readonly number[])[], k: number, limit: number): number[][] | undefined {
  const partsOf = new Map<number, number[]>();
  parts.forEach((events, part) => {
    for (const event of events) partsOf.set(event, [...(partsOf.get(event) ?? []), part]);
  });
  const candidates = [...partsOf].sort((a, b) => b[1].length - a[1].length);
  const failed = new Uint16Array(parts.length);
  const chosen: number[] = [];
  const covers: number[][] = [];
  let steps = 0;

  /** @returns false when there are too many. */
  const choose = (from: number, count: number): boolean => {
    const free = limit - chosen.length;
    for (let i = from; i < candidates.length; i++) {
      let reach = count;
      for (let j = i; j < Math.min(i + free, candidates.length); j++) reach += candidates[j]![1].length;
      if (reach < k) return true;
      if (++steps > MAX_STEPS) return false;
      const [event, fails] = candidates[i]!;
      chosen.push(event);
      let now = count;
      for (const part of fails) if (failed[part]!++ === 0) now++;
      const fits = now >= k ? covers.push([...chosen]) <= MAX_COVERS : free === 1 || choose(i + 1, now);
      for (const part of fails) failed[part]!--;
      chosen.pop();
      if (!fits) return false;
    }
    return true;
  };
  return choose(0, 0) ? covers : undefined;
}
