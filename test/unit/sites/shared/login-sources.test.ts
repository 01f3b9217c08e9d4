import { TerraformStack, TerraformVariable, Testing } from "../../../../lib/cdktf";
import { checkLoginSources } from "../../../../lib/sites/shared/login-sources";

const checking = (...from: string[]) => {
  return () => checkLoginSources("shop/cloud", from, ", or from inside");
};

test.each(["198.51.100.7", "198.51.100.0/24", "10.0.0.0/8", "2001:db8::7", "2001:db8::/32", "2001:0db8::/32"])(
  "%s may log in",
  (source) => {
    expect(checking(source)).not.toThrow();
  },
);

test("what only Terraform knows is believed", () => {
  const office = new TerraformVariable(new TerraformStack(Testing.app(), "shop"), "office", {});
  expect(checking(office.stringValue)).not.toThrow();
});

test.each([
  ["0.0.0.0/0", "the whole world"],
  ["::/0", "the whole world"],
  ["128.0.0.0/1", "a great part of the world"],
  ["2000::/3", "a great part of the world"],
])("%s is refused", (source, who) => {
  expect(checking("198.51.100.7", source)).toThrow(
    `shop/cloud: ssh.from.1 is "${source}", which lets ${who} try to log in; name the networks that you deploy from, for example ` +
      '"198.51.100.7/32", or from inside.',
  );
});

test.each(["office", "198.51.100", "198.51.100.7/33", ""])("%j is refused", (source) => {
  expect(checking(source)).toThrow(
    `shop/cloud: ssh.from.0 is "${source}", which is no address and no network; write it like "198.51.100.7" or "198.51.100.0/24".`,
  );
});

test.each([
  ["198.51.100.7/24", "198.51.100.0/24", "198.51.100.7"],
  ["2001:db8::7/64", "2001:db8::/64", "2001:db8::7"],
])("%s is refused with both that it may mean", (source, network, address) => {
  expect(checking(source)).toThrow(
    `shop/cloud: ssh.from.0 is "${source}", and a network is written with its first address; write "${network}", or "${address}" for one machine.`,
  );
});

test("one source twice, in two spellings", () => {
  expect(checking("198.51.100.7", "198.51.100.7/32")).toThrow(
    'shop/cloud: ssh.from.1 is "198.51.100.7/32", which is there already. Leave it out.',
  );
});
