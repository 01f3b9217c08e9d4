import { DataAwsAmi } from "@cdktf/provider-aws/lib/data-aws-ami";
import { Construct } from "constructs";
import { Token } from "../../../cdktf";
import type { AwsScope } from "../aws-scope";
import { mixedArchitectures, noDefaultImage, notAnId } from "../errors";
import { architectureOf, type Architecture } from "./instance-size";

export interface AwsImageProps {
  readonly aws: AwsScope;
  /** The image that the program names. */
  readonly given: string | undefined;
  /** Instance types that the program names. */
  readonly sizes: readonly string[];
}

/** Debian's account; see https://wiki.debian.org/Cloud/AmazonEC2Image/Trixie. */
const DEBIAN = "136693071363";

/**
 * The image of new machines: the newest Debian 13, asked of AWS by Debian's account and the image's name, or the one that the
 * program names. Machines that are there keep theirs, whatever is published.
 */
export class AwsImage extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: AwsImageProps,
  ) {
    super(scope, id);
    const { aws, given, sizes } = props;
    if (given === undefined) {
      if (aws.region.partition !== "aws") throw noDefaultImage(aws.path, aws.region.partition);
      return;
    }
    if (!Token.isUnresolved(given) && !/^ami-[0-9a-f]{8,17}$/.test(given)) {
      throw notAnId(aws.path, "image", given, "ami-0123456789abcdef0");
    }
    if (new Set(sizes.map(architectureOf)).size > 1) throw mixedArchitectures(aws.path, given, sizes);
  }

  /** Whether the program names it. */
  get isGiven(): boolean {
    return this.props.given !== undefined;
  }

  /** @returns an image that runs on the instance type, as an expression. Not to be asked for the first time at synth. */
  imageFor(size: string): string {
    const { given } = this.props;
    if (given !== undefined) return given;
    const architecture = architectureOf(size);
    const known = this.node.tryFindChild(architecture) as DataAwsAmi | undefined;
    return (known ?? this.newestDebian(architecture)).id;
  }

  private newestDebian(architecture: Architecture): DataAwsAmi {
    return new DataAwsAmi(this, architecture, {
      provider: this.props.aws.provider,
      owners: [DEBIAN],
      mostRecent: true,
      filter: [
        { name: "name", values: [`debian-13-${architecture}-*`] },
        { name: "state", values: ["available"] },
      ],
    });
  }
}
