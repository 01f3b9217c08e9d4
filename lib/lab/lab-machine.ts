/** A machine of the manifest as a container. */
export interface LabMachine {
  readonly name: string;
  readonly site: string;
  readonly zone: string;
  /** Where SSH reaches it. */
  readonly address: string;
  /** Where the other machines reach it. */
  readonly privateAddress: string;
  readonly sshPort: number;
  /** Name of the container. */
  readonly container: string;
}

/** The machine without whatever else is known of it. */
export function labMachine(of: Omit<LabMachine, "container">, container: string): LabMachine {
  const { name, site, zone, address, privateAddress, sshPort } = of;
  return { name, site, zone, address, privateAddress, sshPort, container };
}
