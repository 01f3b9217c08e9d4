import { Construct } from "constructs";
import fc from "fast-check";
import { TerraformStack, Testing } from "../../../../lib/cdktf";
import { DigitalOceanLabels } from "../../../../lib/sites/digitalocean/digitalocean-labels";
import { quoted } from "../../../../lib/core/words";

function labels(stack = "shop", site = "cloud", tags: string[] = []): DigitalOceanLabels {
  return new DigitalOceanLabels(new Construct(new TerraformStack(Testing.app(), stack), site), tags);
}

test("names say stack, site and what it is; a droplet's begins with the machine's own", () => {
  const { siteTag, commonTags, providerAlias } = labels("shop", "cloud", ["team-a"]);
  expect([labels().name("fra1"), labels().dropletName("web-fra1"), siteTag, providerAlias]).toEqual([
    "shop.cloud.fra1",
    "web-fra1.cloud.shop",
    "beehive:site:shop:cloud",
    "cloud",
  ]);
  expect(labels().tierTag("shop/backend/web")).toMatch(/^beehive:tier:shop:backend-web-[0-9a-f]{10}$/);
  expect(labels().tierTag("shop/web")).toBe("beehive:tier:shop:web");
  expect(commonTags).toEqual(["team-a", "beehive:stack:shop"]);
});

test("long names are shortened and still differ", () => {
  const long = labels("s".repeat(200), "c".repeat(100));
  const names = ["fra1", "fra2"].map((region) => long.name(region));
  expect(names.map((name) => name.length)).toEqual([255, 255]);
  expect(new Set(names).size).toBe(2);
});

test("names have nothing that DigitalOcean refuses", () => {
  const id = fc.string({ minLength: 1, maxLength: 90 }).filter((text) => !/[\s/]/.test(text) && !(text in {}));
  fc.assert(
    fc.property(id, id, (site, what) => {
      const made = labels("shop", site);
      expect(made.name(what)).toMatch(/^[A-Za-z0-9.-]{1,255}$/);
      expect(made.volumeName(what)).toMatch(/^[a-z][a-z0-9-]{0,63}$/);
      expect([made.siteTag, made.tierTag(`shop/${what}`)].join(" ")).toMatch(/^[a-z0-9:_-]+ [a-z0-9:_-]+$/);
    }),
  );
});

test("two machines never get one volume name", () => {
  const site = labels();
  expect(site.volumeName("db-fra1")).not.toBe(site.volumeName("db-fra1-2"));
  expect(labels("shop", "a").volumeName("b-c")).not.toBe(labels("shop", "c").volumeName("a-b"));
});

test.each([
  ["two words", "DigitalOcean takes 1 to 255 letters, digits, and : _ -"],
  ["", "DigitalOcean takes 1 to 255 letters, digits, and : _ -"],
  ["x".repeat(256), "DigitalOcean takes 1 to 255 letters, digits, and : _ -"],
  ["Beehive:tier:shop:db", "Beehive sets beehive:* itself"],
])("the tag %j is refused", (tag, problem) => {
  expect(() => labels("shop", "cloud", [tag])).toThrow(
    `shop/cloud: tags has ${quoted(tag)}; ${problem}. Choose another word.`,
  );
});
