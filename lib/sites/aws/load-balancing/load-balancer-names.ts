import type { NameRule } from "../../shared/names";

/** Of load balancers and target groups, which are short. AWS keeps names that begin with `internal-` for itself. */
export const LOAD_BALANCER_NAME: NameRule = { max: 32, separator: "-", refused: /[^A-Za-z0-9-]|^internal-/ };
