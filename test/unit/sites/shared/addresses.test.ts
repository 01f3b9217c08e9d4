import { canonical, commonNetwork, contains, isAddress, isNetwork } from "../../../../lib/sites/shared/addresses";

test.each(["10.77.0.31", "fd00::1", "2001:db8::8a2e:370:7334"])("%s is an address", (text) => {
  expect(isAddress(text)).toBe(true);
});

test.each(["db-a", "10.77.0", "10.77.0.256", "010.77.0.1/24", "", "1"])("%j is no address", (text) => {
  expect(isAddress(text)).toBe(false);
});

test("a network is a CIDR", () => {
  expect([isNetwork("10.77.0.0/24"), isNetwork("10.77.0.0"), isNetwork("10.77.0.0/33")]).toEqual([true, false, false]);
});

test("two spellings of an IPv6 address are one", () => {
  expect(canonical("fd00:0:0::1")).toBe(canonical("FD00::1"));
});

test("hosts of one /24 share it; hosts of two share none", () => {
  expect(commonNetwork(["10.77.0.11", "10.77.0.250"])).toBe("10.77.0.0/24");
  expect(commonNetwork(["10.77.0.11", "10.77.1.11"])).toBeUndefined();
});

test("an IPv6 address is in no IPv4 network", () => {
  expect(contains("10.77.0.0/24", "fd00::1")).toBe(false);
});
