/** Shared by the program, which must not know them before apply, and the test's clouds, which must. */
export const PUBLIC = { elastic: "10.85.0.100", reserved: "10.85.0.101" } as const;
export const REGION = "eu-central-1";
export const ALLOCATION = "eipalloc-0a1b2c3d";
/** The clouds' own place in the machines' network, and on the way to it from outside. */
export const CLOUD = { inside: "10.84.0.5", outside: "10.85.0.5" } as const;
