import { leadersBy } from "../../../../lib/drills/probe";
import { addressProbe } from "../../../../lib/software/floating-address/address-probe";

const holds = (address: string, printed: string) =>
  leadersBy(addressProbe(address), [{ machine: "lb-1", printed }]).length === 1;

test("a machine has an address that stands on one of its interfaces", () => {
  const printed =
    "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever\n" +
    "2: eth0    inet 10.77.0.11/24 scope global eth0\\       valid_lft forever\n" +
    "2: eth0    inet 10.77.0.100/32 scope global eth0\\       valid_lft forever\n" +
    "2: eth0    inet6 fd00::100/128 scope global\n";
  expect(
    ["10.77.0.100", "fd00::100", "10.77.0.10", "10.77.0.1", "0.77.0.100"].map((one) => holds(one, printed)),
  ).toEqual([true, true, false, false, false]);
});

test("the mark of an election is looked for on its own interface", () => {
  expect(addressProbe("127.88.0.7", "lo").command).toEqual(["ip", "-o", "address", "show", "dev", "lo"]);
});
