import type { LoadBalancerTarget } from "../../contracts/load-balancer-engine";
import type { Machine } from "../../contracts/site";
import type { WebScalingHandle } from "../../contracts/web-scaling";
import { foreignMachines, foreignScaling } from "./cloud-errors";
import type { CloudWords } from "./cloud-words";

/** The fixed servers of a target, for a load balancer that registers its own cloud's only. @throws BeehiveError for any other */
export function ownMachines<M extends Machine>(
  path: string,
  target: LoadBalancerTarget,
  isOwn: (machine: Machine) => machine is M,
  cloud: CloudWords,
): M[] {
  return target.machines.map((machine) => {
    if (!isOwn(machine)) throw foreignMachines(path, target.path, machine.name, cloud);
    return machine;
  });
}

/** The same for servers that come and go; undefined for a target of fixed ones. @throws BeehiveError for those of another cloud */
export function ownScaling<H extends WebScalingHandle>(
  path: string,
  { path: target, scaled }: LoadBalancerTarget,
  isOwn: (handle: WebScalingHandle) => handle is H,
  cloud: CloudWords,
): H | undefined {
  if (scaled !== undefined && !isOwn(scaled)) throw foreignScaling(path, target, scaled.engine, cloud);
  return scaled;
}
