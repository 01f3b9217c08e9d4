/** Names the file with the host keys of a lab; a program looks there (lib/rollout/host-key.ts) when it is synthesized. */
export const KNOWN_HOSTS_VARIABLE = "BEEHIVE_KNOWN_HOSTS";
