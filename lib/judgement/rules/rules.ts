import { backupInFailureDomain } from "./backup-in-failure-domain";
import { checkSlowerThanRto } from "./check-slower-than-rto";
import { contradictingTimeouts } from "./contradicting-timeouts";
import { dnsInOneSite } from "./dns-in-one-site";
import { evenVotes } from "./even-votes";
import { quorumOverTwoZones } from "./quorum-over-two-zones";
import type { Rule } from "./rule";
import { sharedFate } from "./shared-fate";
import { singleControlPlane } from "./single-control-plane";
import { singleNat } from "./single-nat";
import { singlePointOfFailure } from "./single-point-of-failure";
import { staleAcknowledgement } from "./stale-acknowledgement";

/** Every rule. The order decides which of two findings that weigh the same comes first. */
export const RULES: readonly Rule[] = [
  singlePointOfFailure,
  sharedFate,
  singleNat,
  singleControlPlane,
  quorumOverTwoZones,
  evenVotes,
  dnsInOneSite,
  checkSlowerThanRto,
  backupInFailureDomain,
  contradictingTimeouts,
  // Looks at what all others have found.
  staleAcknowledgement,
];
