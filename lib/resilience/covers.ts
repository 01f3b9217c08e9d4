/** Beyond so many covers a decision diagram is the better way to hold them. */
const MAX_COVERS = 20_000;
const MAX_STEPS = 1_000_000;

/** Sets of events that fail enough parts: all of `chosen`, and one event each of any `more` of the parts in `open`. */
export interface Cover {
  readonly chosen: readonly number[];
  readonly more: number;
  /** For each part that still works, the events that fail it and no other part. */
  readonly open: readonly (readonly number[])[];
}

/**
 * Every set of at most `limit` events that fails `k` or more parts, where a part fails with any one of its events; sets
 * that contain another one may be among them. Only events that fail several parts (zones, sites) are chosen one by one:
 * a part's own events fail one part each, whichever they are, so that "this zone and any 2 of 891 machines" is one cover. Events
 * that fail many parts come first, and a branch ends as soon as the largest that are left cannot make up what is missing.
 *
 * @param parts for each part its events.
 * @returns nothing when there are too many.
 */
export function smallCovers(parts: readonly (readonly number[])[], k: number, limit: number): Cover[] | undefined {
  const partsOf = new Map<number, number[]>();
  parts.forEach((events, part) => {
    for (const event of events) {
      const fails = partsOf.get(event);
      if (fails) fails.push(part);
      else partsOf.set(event, [part]);
    }
  });
  const own = parts.map((events) => events.filter((event) => partsOf.get(event)!.length === 1));
  const shared = [...partsOf].filter(([, fails]) => fails.length > 1).sort((a, b) => b[1].length - a[1].length);
  const failed = new Uint16Array(parts.length);
  const chosen: number[] = [];
  const covers: Cover[] = [];
  let steps = 0;

  /** @returns false when there are too many. */
  const choose = (from: number, count: number): boolean => {
    const free = limit - chosen.length;
    const more = Math.max(0, k - count);
    if (more <= free) {
      const open = more === 0 ? [] : own.filter((events, part) => failed[part] === 0 && events.length > 0);
      if (more <= open.length && covers.push({ chosen: [...chosen], more, open }) > MAX_COVERS) return false;
      if (more === 0) return true;
    }
    for (let i = from; i < shared.length && free > 0; i++) {
      // As many of the largest that are left as may be chosen; where they run out, a part's own event fails one.
      let reach = count;
      for (let j = i; j < i + free; j++) reach += shared[j]?.[1].length ?? 1;
      if (reach < k) return true;
      if (++steps > MAX_STEPS) return false;
      const [event, fails] = shared[i]!;
      chosen.push(event);
      let now = count;
      for (const part of fails) if (failed[part]!++ === 0) now++;
      const fits = choose(i + 1, now);
      for (const part of fails) failed[part]!--;
      chosen.pop();
      if (!fits) return false;
    }
    return true;
  };
  return choose(0, 0) ? covers : undefined;
}
