import type { ResourceChange } from "./terraform-plan";

/** Attributes whose change in place powers a machine off and on, by resource type. */
const RESTARTED_BY: Readonly<Record<string, readonly string[]>> = {
  // resourceInstanceUpdate in terraform-provider-aws stops and starts for each of these.
  aws_instance: ["instance_type", "user_data", "user_data_base64", "capacity_reservation_specification"],
  // resourceDigitalOceanDropletUpdate powers off to resize; user_data and image replace the droplet.
  digitalocean_droplet: ["size"],
};

/** A machine cannot reach its volume while this is deleted or replaced. */
const ATTACHMENTS: readonly string[] = ["aws_volume_attachment", "digitalocean_volume_attachment"];

/** Deleting or replacing one of these deletes what is in it. */
const STORES: Readonly<Record<string, string>> = {
  aws_ebs_volume: "volume",
  aws_efs_file_system: "file system",
  aws_s3_bucket: "bucket",
  aws_db_instance: "database",
  aws_rds_cluster: "database cluster",
  aws_dynamodb_table: "table",
  digitalocean_volume: "volume",
  digitalocean_database_cluster: "database cluster",
  digitalocean_database_db: "database",
  digitalocean_spaces_bucket: "bucket",
};

export const isMachine = ({ type }: ResourceChange): boolean => type in RESTARTED_BY;
export const isAttachment = ({ type }: ResourceChange): boolean => ATTACHMENTS.includes(type);

/** "volume", "database", …; undefined when the resource holds no data, or a copy that another resource is the source of. */
export function storeKind({ type, change }: ResourceChange): string | undefined {
  if (type === "aws_db_instance" && typeof change.before?.replicate_source_db === "string") {
    if (change.before.replicate_source_db !== "") return undefined;
  }
  return STORES[type];
}

/** The attributes for which a machine that stays is powered off and on. */
export function restartCauses({ type, change }: ResourceChange): string[] {
  if (!change.actions.includes("update")) return [];
  // A value that is known only after apply stands in `before` alone.
  const { before, after } = change;
  return (RESTARTED_BY[type] ?? []).filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
}
