/** What the program calls a tier, as in `sizes`: the last id of its construct path. */
export const tierId = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The tier's place in its stack, for names that have to be unique in the region. */
export const placeOf = (path: string): string => path.split("/").slice(1).join(".");
