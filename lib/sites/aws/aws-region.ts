import { notARegion, notAZone, zoneOfOtherRegion, zoneTwice } from "./errors";
import { ZONE_LETTERS, type AwsZone } from "./aws-zone";

/** Regions that are worlds of their own: ARNs and host names differ. */
const PARTITIONS = [
  { begins: "cn-", partition: "aws-cn", domain: "amazonaws.com.cn", service: "cn.com.amazonaws" },
  { begins: "us-gov-", partition: "aws-us-gov", domain: "amazonaws.com", service: "com.amazonaws" },
  { begins: "eusc-", partition: "aws-eusc", domain: "amazonaws.eu", service: "eu.amazonaws" },
  { begins: "", partition: "aws", domain: "amazonaws.com", service: "com.amazonaws" },
];

/** Area (and country), direction, number. */
const REGION = /^[a-z]{2,4}(-[a-z]{2,5})?-(north|south)?(east|west|north|south|central)-\d$/;

/** A region by its name; there is no list of them, so that a new one needs no new version. */
export class AwsRegion {
  /** First part of an ARN after `arn:`. */
  readonly partition: string;
  /** Last part of the host names of AWS's services. */
  readonly domain: string;
  /** First part of the names of services in a VPC. */
  readonly servicePrefix: string;

  /** @internal */
  constructor(
    private readonly path: string,
    /** `eu-central-1`. */
    readonly name: string,
  ) {
    if (!REGION.test(name)) throw notARegion(path, name);
    const { partition, domain, service } = PARTITIONS.find(({ begins }) => name.startsWith(begins))!;
    this.partition = partition;
    this.domain = domain;
    this.servicePrefix = service;
  }

  /** @param text a letter, or the zone's full name. @internal */
  zone(property: string, text: string): AwsZone {
    const letter = text.startsWith(this.name) ? text.slice(this.name.length) : text;
    if (letter.length === 1 && ZONE_LETTERS.includes(letter)) return { name: `${this.name}${letter}`, letter };
    const other = /^([a-z]{2,4}(?:-[a-z]+){1,2}-\d)[a-h]$/.exec(text)?.[1];
    if (other !== undefined) throw zoneOfOtherRegion(this.path, property, text, other, this.name);
    throw notAZone(this.path, property, text, this.name);
  }

  /** @internal */
  zones(property: string, texts: readonly string[]): AwsZone[] {
    const zones = texts.map((text, i) => this.zone(`${property}.${i}`, text));
    const twice = zones.find((zone, i) => zones.findIndex((other) => other.name === zone.name) !== i);
    if (twice !== undefined) throw zoneTwice(this.path, property, twice.name);
    return zones;
  }

  /** An ARN of the region's partition. @param rest what follows it: `iam::aws:policy/ReadOnlyAccess` */
  arn(rest: string): string {
    return `arn:${this.partition}:${rest}`;
  }
}
