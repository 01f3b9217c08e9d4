import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemdUnit } from "../../kit/systemd-unit";
import { generatedBy, secretPlaceholder } from "../../placeholders";
import type { ManagedFile, Software } from "../../software";
import { authoritiesFile } from "../database-authorities";

export interface ClusterAuthorityOptions {
  /** Names the client's part on the machine: `shop-web`. */
  readonly instance: string;
  /** Construct path, for comments. */
  readonly constructPath: string;
  /** The cluster's instance, from which nodes and clients compute the same authority. */
  readonly cluster: string;
  /** Name of the rollout's secret that the authority's key is derived from. */
  readonly secret: string;
}

/** The certificate by which a client verifies the nodes of a cluster; computed on the client's machine, see `authority.py`. */
export function clusterAuthority({ instance, constructPath, cluster, secret }: ClusterAuthorityOptions): Software {
  const unit = `beehive-database-authority-${instance}.service`;
  const source: ManagedFile = {
    path: `/etc/beehive/database/${instance}.authority`,
    content: secretPlaceholder(secret),
    mode: "0600",
  };
  const program: ManagedFile = {
    path: `/usr/local/lib/beehive/beehive-database-authority-${instance}`,
    content: `#!/usr/bin/python3 -B\n${generatedBy("#", constructPath)}${readFileSync(join(__dirname, "agent/authority.py"), "utf8")}`,
    mode: "0755",
  };
  const service = systemdUnit({
    unit,
    constructPath,
    Unit: [`Description=Certificate by which clients verify the database of ${constructPath}`],
    Service: [
      "Type=oneshot",
      "RemainAfterExit=yes",
      `ExecStart=${program.path} ${cluster} ${source.path} ${authoritiesFile(instance)}`,
    ],
  });
  return {
    name: `database-authority-${instance}`,
    packages: ["openssl", "python3"],
    files: [source, program, service],
    services: [{ unit, onChange: "restart", watches: [source.path, program.path, service.path] }],
    gate: [],
    ports: [],
  };
}
