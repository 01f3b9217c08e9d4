import { addressAgent, type MovedAddressOptions } from "./address-agent";
import type { Software } from "../software";

export interface ElasticAddressOptions extends MovedAddressOptions {
  /** `eu-central-1`. */
  readonly region: string;
  /** Of the elastic IP: `eipalloc-…`. */
  readonly allocationId: string;
  /**
   * Private address of this machine that the elastic IP is translated to; HAProxy binds it. A secondary one leaves the machine
   * the public address that it has on its primary one. @default - `self.address`
   */
  readonly privateAddress?: string;
  /**
   * Of the EC2 API, for an interface endpoint without private DNS. @default - the region's own
   */
  readonly apiUrl?: string;
}

/**
 * An elastic IP of AWS that the elected machine associates with its own network interface. The credential is the instance
 * profile (`elasticAddressPolicy`). The machine must reach the API without the elastic IP.
 */
export function elasticAddress(options: ElasticAddressOptions): Software {
  const { region, allocationId, apiUrl, privateAddress = options.self.address } = options;
  return addressAgent({
    ...options,
    name: "elastic-address",
    carrier: "ip",
    packages: ["python3-botocore"],
    provider: {
      provider: "aws",
      metadataUrl: "http://169.254.169.254",
      region,
      allocationId,
      privateAddress,
      ...(apiUrl !== undefined && { apiUrl }),
    },
  });
}

export interface ElasticAddressPolicyOptions {
  /** `aws`, `aws-cn`, `aws-us-gov`. @default "aws" */
  readonly partition?: string;
  readonly region: string;
  /** Id of the account. */
  readonly account: string;
  readonly allocationId: string;
  /** Id of the VPC whose machines may get the address. */
  readonly vpcId: string;
  /** Name of the instance profile that the load balancers carry, and only they. */
  readonly instanceProfile: string;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * The least that moves one elastic IP between the load balancers. What AWS cannot restrict:
 *
 * - `DescribeAddresses` knows no resources: a load balancer can list all elastic IPs of the region.
 * - Which machine gets the address: a load balancer could give it to any network interface of the VPC that belongs to an
 *   instance with this profile, also to another one. There is no condition that means "to itself" for a network interface.
 * - From which machine the address is taken, and when.
 */
export function elasticAddressPolicy(options: ElasticAddressPolicyOptions): PolicyDocument {
  const { partition = "aws", region, account, allocationId, vpcId, instanceProfile } = options;
  const arn = (resource: string) => `arn:${partition}:ec2:${region}:${account}:${resource}`;
  const associate = { Effect: "Allow", Action: "ec2:AssociateAddress" } as const;
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "ThisAddress", ...associate, Resource: arn(`elastic-ip/${allocationId}`) },
      {
        Sid: "ToInterfacesOfTheNetwork",
        ...associate,
        Resource: arn("network-interface/*"),
        Condition: { ArnEquals: { "ec2:Vpc": arn(`vpc/${vpcId}`) } },
      },
      {
        Sid: "OfLoadBalancers",
        ...associate,
        Resource: arn("instance/*"),
        Condition: {
          ArnEquals: { "ec2:InstanceProfile": `arn:${partition}:iam::${account}:instance-profile/${instanceProfile}` },
        },
      },
      {
        Sid: "SeeWhoHasIt",
        Effect: "Allow",
        Action: "ec2:DescribeAddresses",
        Resource: "*",
        Condition: { StringEquals: { "ec2:Region": region } },
      },
    ],
  };
}
