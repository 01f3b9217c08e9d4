import { Construct } from "constructs";
import { Testing, TerraformStack } from "../../../../lib/cdktf";
import { takeNetwork } from "../../../../lib/sites/shared/networks";

const site = (stack: TerraformStack, id: string) => new Construct(stack, id);
const stack = (id = "shop") => new TerraformStack(Testing.app(), id);

test("a network that overlaps one of another site is told with that site", () => {
  const shop = stack();
  expect(takeNetwork(site(shop, "one"), "10.64.0.0/16")).toBeUndefined();
  expect(takeNetwork(site(shop, "two"), "10.64.16.0/20")).toEqual({
    site: "shop/one",
    cidr: "10.64.0.0/16",
    found: false,
  });
});

test("neighbours, a site's own networks and other stacks do not conflict", () => {
  const shop = stack();
  const one = site(shop, "one");
  expect([takeNetwork(one, "10.64.0.0/16"), takeNetwork(one, "10.64.0.0/20")]).toEqual([undefined, undefined]);
  expect(takeNetwork(site(shop, "two"), "10.65.0.0/16")).toBeUndefined();
  expect(takeNetwork(site(stack("other"), "one"), "10.64.0.0/16")).toBeUndefined();
});

test("two sites may have machines in one network that was there before, and none may make it anew", () => {
  const shop = stack();
  const found = { found: true };
  expect(takeNetwork(site(shop, "rack"), "10.77.0.0/24", found)).toBeUndefined();
  expect(takeNetwork(site(shop, "other-rack"), "10.77.0.0/24", found)).toBeUndefined();
  expect(takeNetwork(site(shop, "cloud"), "10.77.0.0/16")?.site).toBe("shop/rack");
});
