import { type Draft, type Hive, labelOf, type Rule } from "./rule";

export const dnsInOneSite: Rule = {
  name: "DNS_IN_ONE_SITE",
  title: "All name servers in one site",
  why: "When the site is gone, nothing is left that could send visitors elsewhere (RFC 2182, section 3.1).",
  fix: "Put one of them on another site.",
  level: "warning",
  check: findNames,
};

/**
 * Name servers are the one thing that still has to answer when a site is gone: visitors are sent elsewhere by changing their
 * records (RFC 2182, 3.1: servers for a zone should be in different places).
 */
function findNames(hive: Hive): Draft[] {
  const { manifest, footprint } = hive;
  return manifest.tiers.flatMap(({ path }): Draft[] => {
    const { role, of } = manifest.structure.tiers[path]!;
    if (role?.kind !== "dns") return [];
    const [site, ...others] = new Set(of.map((member) => footprint.placeOf(member, "site")));
    if (site === undefined || others.length > 0 || hive.without(site)[path] !== false) return [];
    return [
      {
        level: "warning",
        subject: path,
        message:
          `${path} has ${of.length === 1 ? "its only name server" : `all its ${of.length} name servers`} in ${labelOf(hive, site)}: ` +
          `when the site is gone, none is left to send visitors anywhere else.`,
        fix: `Put ${of.length === 1 ? "a second name server" : `one of ${of.join(", ")}`} on another site.`,
        cutSet: [site],
      },
    ];
  });
}
