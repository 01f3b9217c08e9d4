import { Duration } from "../../core/duration";

/** How long others remember an entrance's address. It stays while it moves between machines. */
export const ENTRANCE_TTL = Duration.seconds(60);
