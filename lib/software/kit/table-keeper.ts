import { generatedBy } from "../placeholders";
import type { ManagedFile } from "../software";

export interface TableKeeper {
  readonly constructPath: string;
  /** Of the program. */
  readonly path: string;
  /** systemd unit that runs it. */
  readonly unit: string;
  /** Family and name of the table: `inet beehive_shop_web`. */
  readonly table: string;
  /** nftables' file with the table. */
  readonly file: string;
}

/**
 * The program that keeps an nftables table. Everything that loads a whole ruleset (Debian's `nftables.service`,
 * `nft -f /etc/nftables.conf`) removes all tables first, also those of others; nftables has no way to forbid it that outlives
 * a process on the kernels of Debian 12 and 13. So it listens to the kernel's changes and brings the table back; what it does
 * not hear of, it finds when it looks by itself.
 *
 * - `keep` loads the table and does not end.
 * - `ensure` loads the table where it is missing: before a daemon starts, and at each deploy.
 * - `drop` removes it when its unit is stopped; not when the unit is restarted or `keep` was killed, so that nothing is open
 *   in between.
 *
 * bash, because it is on every Debian and waits with 4 MB of memory.
 */
export function tableKeeper({ constructPath, path, unit, table, file }: TableKeeper): ManagedFile {
  return {
    path,
    mode: "0755",
    validate: ["bash", "-n", "%s"],
    content: `#!/bin/bash
${generatedBy("#", constructPath)}# keep | ensure | drop: see the unit ${unit}.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
table="${table}"
file="${file}"

# Without counters and what fills up by itself, so that it changes only when somebody changes it.
look() { nft --stateless --terse list table $table 2>/dev/null; }
version() { stat --format %i.%Y.%Z "$file"; }

load() {
    if [ "$(version)" != "$loaded" ]; then
        loaded=$(version)
        good=
    fi
    nft -f "$file" || exit
    # Another may have removed it again by now, and then nothing is what it should look like.
    [ -n "$good" ] || good=$(look)
}

case $1 in
ensure)
    nft list table $table >/dev/null 2>&1 || nft -f "$file"
    ;;
drop)
    [ "\${SERVICE_RESULT:-success}" = success ] || exit 0
    systemctl list-jobs --no-legend 2>/dev/null | grep --quiet " ${unit} *restart" && exit 0
    nft delete table $table
    ;;
keep)
    exec 3< <(exec nft monitor 2>&1)
    load
    looked=$SECONDS
    while :; do
        if read -r -t 5 -u 3 event; then
            # Changes of other tables are none of its business, unless they never end.
            case $event in *" $table" | *" $table "*) ;; *) [ $((SECONDS - looked)) -lt 5 ] && continue ;; esac
        elif [ $? -le 128 ]; then
            echo "nft monitor ended: $event" >&2
            exit 1
        fi
        # A change of many rules is many lines.
        while read -r -t 0.01 -u 3 event; do :; done
        looked=$SECONDS
        now=$(look)
        [ -n "$now" ] && [ "$now" = "$good" ] && continue
        [ "$(version)" = "$loaded" ] && echo "<4>the table $table was removed or changed by another program and is loaded again"
        load
    done
    ;;
*)
    echo "usage: $0 keep | ensure | drop" >&2
    exit 2
    ;;
esac
`,
  };
}
