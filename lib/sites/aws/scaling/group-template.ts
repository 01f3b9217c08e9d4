import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { Construct } from "constructs";
import { Fn, Lazy, ref, Token, type ITerraformDependable } from "../../../cdktf";
import { Hive } from "../../../stack/hive";
import type { NameRule } from "../../shared/names";
import { AwsIdentity } from "../access/aws-identity";
import { placeOf, tierId } from "../../shared/tier-id";
import type { AwsSite } from "../aws-site";
import type { BakedStore } from "./baked-store";
import { checkStartText, SETTINGS, startText, type StartSettings } from "./first-start";

export interface GroupTemplateProps {
  readonly site: AwsSite;
  /** Construct path of the tier. */
  readonly path: string;
  /** Name of the group, and of its hook that waits for a server. */
  readonly group: string;
  readonly hook: string;
  /** Instance type. */
  readonly size: string;
  readonly store: BakedStore;
}

/** AWS takes 125 characters, and Terraform adds 26 of them. */
const TEMPLATE_PREFIX: NameRule = { max: 98, separator: ".", refused: /[^\w().-]/ };
/** Of Debian's images. */
const ROOT_DEVICE = "/dev/xvda";

/**
 * What AWS starts servers from: `Resource` (`aws_launch_template`), and `identity`, the role that lets a server fetch what it is to
 * be and say that it is done. A change makes a new version, by which the group replaces its servers.
 */
export class GroupTemplate extends Construct {
  /** Expression. */
  readonly id: string;
  /** Number of the newest version, an expression. */
  readonly version: string;
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: GroupTemplateProps) {
    super(scope, id);
    const { site, path, size, store } = props;
    const { aws, firewall, settings } = site;
    const { labels, provider } = aws;
    const text = startText(settings.userData);
    checkStartText(path, text);
    const identity = this.identity(props);
    const tags = labels.tags(tierId(path), tierId(path));
    const isPublic = settings.allPublic;
    const groups = [firewall.machines, firewall.group(path)];
    const template = new LaunchTemplate(this, "Resource", {
      provider,
      namePrefix: `${labels.named(TEMPLATE_PREFIX, placeOf(path))}-`,
      updateDefaultVersion: true,
      imageId: settings.image.imageFor(size),
      instanceType: size,
      keyName: settings.keyName,
      iamInstanceProfile: { name: identity.profile },
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      // A value a minute: the group grows a minute after the load, not five.
      monitoring: { enabled: true },
      ...(isPublic
        ? {
            networkInterfaces: [
              { associatePublicIpAddress: "true", deleteOnTermination: "true", securityGroups: groups },
            ],
          }
        : { vpcSecurityGroupIds: groups }),
      blockDeviceMappings: [
        {
          deviceName: ROOT_DEVICE,
          ebs: {
            encrypted: "true",
            volumeType: "gp3",
            volumeSize: settings.rootGibibytes,
            deleteOnTermination: "true",
          },
        },
      ],
      userData: this.userData(props, text),
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
      tags,
      lifecycle: {
        createBeforeDestroy: true,
        // An image that Debian publishes is no change of the program; one that the program names is.
        ...(!settings.image.isGiven && { ignoreChanges: ["image_id"] }),
      },
    });
    this.id = template.id;
    this.version = Token.asString(template.latestVersion);
    this.ready = [...store.ready, ...identity.ready];
  }

  private identity({ site, path, group, store }: GroupTemplateProps) {
    const { aws, settings } = site;
    const { sessionManager, permissions } = settings;
    const identity = new AwsIdentity(this, "identity", {
      aws,
      sessionManager,
      permissions,
      of: `group.${placeOf(path)}`,
    });
    const own = aws.region.arn(`autoscaling:${aws.region.name}:*:autoScalingGroup:*:autoScalingGroupName/${group}`);
    const statements = [
      ...store.permissions,
      { actions: ["autoscaling:CompleteLifecycleAction"], resources: [own] },
    ].map(({ actions, resources }) => ({ Effect: "Allow", Action: actions, Resource: resources }));
    const rights = identity.allow("first-start", { Version: "2012-10-17", Statement: statements });
    return { profile: identity.profile, ready: [...identity.ready, rights] };
  }

  /** The program is the library's; what differs is put into it by Terraform. */
  private userData({ site, group, hook, store }: GroupTemplateProps, text: string): string {
    const { region } = site.aws;
    const file = Hive.of(this).addFile("first-start", () => text);
    const settings = (): StartSettings => ({
      region: region.name,
      domain: region.domain,
      group,
      hook,
      ...store.settings(),
    });
    // Inside of functions, cdktf takes what it has not made itself for text.
    const folder = Token.asString(ref("path.module"));
    const program = () => Fn.file(Fn.join("", [folder, file().source.replace("${path.module}", "")]));
    const produce = () => Fn.base64encode(Fn.replace(program(), SETTINGS, Fn.base64encode(Fn.jsonencode(settings()))));
    return Lazy.stringValue({ produce });
  }
}
