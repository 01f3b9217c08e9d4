/**
 * Whether Terraform computes a value, or a part of a text. It looks at the marker that cdktf puts in its place and resolves
 * nothing, because each value of each host passes here.
 */
export function isToken(value: unknown): boolean {
  if (typeof value === "string") return value.includes("TfToken[") || (value.includes("e+29") && NUMBER.test(value));
  if (typeof value === "number") return isTokenNumber(value);
  return typeof value === "object" && value !== null && typeof (value as { resolve?: unknown }).resolve === "function";
}

/**
 * What cdktf has to look at in a value, to find what Terraform computes. All else is left out: most values have no such part, and
 * cdktf takes long for each of them. A list or an object that stands for one value stays whole.
 */
export function tokensIn(value: unknown): unknown[] {
  if (isToken(value)) return [value];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.some(isToken) ? [value] : value.flatMap(tokensIn);
  return Object.keys(value).some(isToken) ? [value] : Object.values(value).flatMap(tokensIn);
}

/** A number that Terraform computes, as it is in a text. */
const NUMBER = /-\d\.\d+e\+29\d/;

/** cdktf hides a number that Terraform computes in the bits of a number of about -8e+298 and less. */
function isTokenNumber(value: unknown): boolean {
  return typeof value === "number" && value < -1e280 && Number.isFinite(value);
}
