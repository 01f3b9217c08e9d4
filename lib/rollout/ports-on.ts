import type { Machine } from "../contracts/site";
import { selfAddressPlaceholder } from "../software/placeholders";
import type { Port, Software } from "../software/software";

/** What the software listens on, with the machine's own address in the place of what stands for it. */
export function portsOn({ privateAddress }: Pick<Machine, "privateAddress">, software: readonly Software[]): Port[] {
  const own = (address: string) => (address === selfAddressPlaceholder ? privateAddress : address);
  return software.flatMap(({ ports }) =>
    ports.map((port) => ({
      ...port,
      address: own(port.address),
      from: typeof port.from === "string" ? port.from : port.from.map(own),
    })),
  );
}
