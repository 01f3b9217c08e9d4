/** The same type without `readonly`, for tests that spoil a valid example. */
export type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

/** The value itself, to be changed by its test; of nobody else's. */
export const mutable = <T>(value: T): Mutable<T> => value as Mutable<T>;
