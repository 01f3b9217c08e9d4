import type { GaleraTimeouts } from "./galera-timeouts";

export interface GaleraMember {
  /** Unique in the cluster; the machine's name. */
  readonly name: string;
  /** IPv4 address at which the other members and the clients reach it. */
  readonly address: string;
  readonly zone: string;
}

export interface GaleraDatabase {
  readonly name: string;
  /** Account that may use this database and no other. */
  readonly user: string;
  /** Name of the rollout's secret that holds the password. */
  readonly passwordSecret: string;
  /** Whether the account is refused without TLS. @default false */
  readonly tlsRequired?: boolean;
}

export interface GaleraNodeOptions {
  /** Names the cluster, its files, its units and its state on the machine: `shop-db`. */
  readonly instance: string;
  /** Construct path, for messages and comments: `shop/db`. */
  readonly constructPath: string;
  readonly node: GaleraMember;
  /** All members, in the order in which they are rolled out. The first one makes the cluster, once. */
  readonly members: readonly GaleraMember[];
  readonly databases: readonly GaleraDatabase[];
  readonly timeouts: GaleraTimeouts;
  /** Name of the rollout's secret that the cluster's TLS keys are derived from. */
  readonly clusterSecret: string;
  /** Addresses or IPv4 CIDRs that may connect to MariaDB and to the health agent. */
  readonly clients: readonly string[];
  /** @default 3306 */
  readonly port?: number;
  /** Of the health agent: `/writer`, `/reader`, `/status`. @default 9200 */
  readonly agentPort?: number;
  /**
   * Recent writes that are kept on disk, so that a node that was away gets what it missed instead of a full copy: write
   * rate times the longest planned outage. 512 MB are 85 minutes at 100 KB/s. @default "512M"
   */
  readonly gcacheSize?: string;
  /**
   * InnoDB's memory. The default leaves room for a web server on a machine with 1 GB; half of the memory is right where
   * MariaDB is alone. @default "256M"
   */
  readonly bufferPoolSize?: string;
  /** Largest row, statement or answer; 1M to 1G. @default - MariaDB's, 16M */
  readonly maxAllowedPacket?: string;
  /** Lines added at the end of `[mariadb]`. @default - none */
  readonly mariadb?: string;
}
