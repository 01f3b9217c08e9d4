/**
 * Whether Terraform computes a value, or a part of a text. It looks at the marker that cdktf puts in its place and resolves
 * nothing, because each value of each host passes here.
 */
export function isToken(value: unknown): boolean {
  if (typeof value === "string") return value.includes("TfToken[");
  if (typeof value === "number") return isTokenNumber(value);
  return typeof value === "object" && value !== null && typeof (value as { resolve?: unknown }).resolve === "function";
}

/** cdktf hides a number that Terraform computes in the bits of a number of about -1e+289 and less. */
function isTokenNumber(value: unknown): boolean {
  return typeof value === "number" && value < -1e280 && Number.isFinite(value);
}
