import { generatedBy } from "../placeholders";
import type { ManagedFile } from "../software";

export interface HolderScriptOptions {
  readonly constructPath: string;
  /** Of the script. */
  readonly path: string;
  /** On 127.0.0.1: answers 200 while the load balancer serves. At `self`: where it says who is in rotation. */
  readonly readyPort: number;
  /** Address of the machine. */
  readonly self: string;
  /** Addresses of the other load balancers. */
  readonly peers: readonly string[];
  /** The address that the holder has. */
  readonly address: string;
}

/**
 * What keepalived asks every second.
 *
 * - `ready`: whether this machine may hold the address: its load balancer serves, and has servers, or none of the others has any
 *   either. Then the address stays where it is: a move would help nobody.
 * - `fresh`: fails when this machine holds the address and every other one is there and has heard so. Then it is worth less than
 *   each of the others, so that one that takes the address because this one is silent is worth more when this one wakes up:
 *   of two that hold an address VRRP lets the one of higher priority keep it, whoever was there before.
 *
 * bash, because it starts in 2 ms and opens connections by itself; Python would take 40 ms of every second.
 */
export function holderScript(options: HolderScriptOptions): ManagedFile {
  const { constructPath, path, readyPort, self, peers, address } = options;
  return {
    path,
    mode: "0755",
    content: `#!/bin/bash
${generatedBy("#", constructPath)}# ready | fresh | any ADDRESS: prints the status with which the load balancer there says whether it has servers.
peers="${peers.join(" ")}"

# Prints the HTTP status.
ask() {
    exec 3<>"/dev/tcp/$1/${readyPort}" || return
    printf 'GET %s HTTP/1.0\\r\\n\\r\\n' "$2" >&3
    IFS=' ' read -r -t 0.4 -u 3 protocol status rest
    [[ $protocol == HTTP/* ]] && echo "$status"
    exec 3>&-
} 2>/dev/null

# A machine that is dead or hangs is waited for no longer than this, whatever the kernel does.
others() {
    for peer in $peers; do
        timeout 0.5 "$0" any "$peer" &
    done
    wait
}

case $1 in
any)
    ask "$2" /any
    ;;
fresh)
    # Who does not hold it has nothing to give up.
    [[ -n $(ip -o address show to ${address} 2>/dev/null) ]] || exit 0
    said=($(others))
    set -- $peers
    [ \${#said[@]} -lt $# ]
    ;;
*)
    [[ $(ask 127.0.0.1 /) == 200 ]] || exit 1
    # One that does not know the question has servers.
    [[ $(ask ${self} /any) == 503 ]] || exit 0
    [[ " "$(others)" " != *200* ]]
    ;;
esac
`,
  };
}
