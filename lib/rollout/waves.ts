/**
 * The order in which a group's members change: the first alone, because a broken configuration shall stop at one
 * machine, then `width` at a time.
 */
export function waves<T>(members: readonly T[], width: number): T[][] {
  const result: T[][] = [];
  if (members.length > 0) result.push(members.slice(0, 1));
  for (let i = 1; i < members.length; i += width) result.push(members.slice(i, i + width));
  return result;
}

/** How many of a group of interchangeable machines may change at once: a quarter, which keeps the rest under 134 % load. */
export function quarter(members: number): number {
  return Math.max(1, Math.floor(members / 4));
}
