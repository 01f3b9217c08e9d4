import type { ManagedTls } from "../../contracts/tls";
import { nameOutsideZone, noCertificateZone } from "./cloud-errors";
import type { CloudWords } from "./cloud-words";

/** What a provider certifies, and the zone in which it proves that the names belong to the account. */
export interface CertificateNames {
  readonly zone: string;
  /** Each once, `domain` first. */
  readonly names: readonly string[];
}

/** @param zone of the entrance's own name, for a program that names none in `tls` */
export function certificateNames(
  path: string,
  tls: ManagedTls,
  zone: string | undefined,
  cloud: CloudWords,
): CertificateNames {
  const proved = tls.zone ?? zone;
  if (proved === undefined) throw noCertificateZone(path, tls.domain, cloud);
  const names = [...new Set([tls.domain, ...tls.alternatives])];
  const stranger = names.find((name) => name !== proved && !name.endsWith(`.${proved}`));
  if (stranger !== undefined) throw nameOutsideZone(path, stranger, proved, cloud);
  return { zone: proved, names };
}
