import fc from "fast-check";
import { generalize } from "../../../lib/rollout/rollout";
import { factPlaceholder } from "../../../lib/software/placeholders";

const address = (name: string): string => factPlaceholder(`address/${name}`);
const machine = (name: string) => ({ name, privateAddress: address(name) });
/** As beehive-apply does it, before it fills in facts. */
const back = (text: string, name: string): string =>
  text.replaceAll("{{beehive:self:name}}", name).replaceAll("{{beehive:self:address}}", address(name));

describe("one text for all machines of a tier", () => {
  test("has no machine's own address, where the address is a fact", () => {
    const text = (name: string) =>
      `listen ${address(name)}:80 {{beehive:interface:${address(name)}}} as ${name}, next to x`;
    expect(generalize(text("web-a"), machine("web-a"))).toBe(generalize(text("web-b"), machine("web-b")));
    expect(generalize(text("web-a"), machine("web-a"))).toBe(
      "listen {{beehive:self:address}}:80 {{beehive:interface:{{beehive:self:address}}}} as {{beehive:self:name}}, next to x",
    );
  });

  test("keeps the facts of other machines, even if their names begin or end alike", () => {
    const others = ["web-a-2", "my-web-a", "web-b"].map(address).join(" ");
    expect(generalize(others, machine("web-a"))).toBe(others);
  });

  test("shares facts that are named after the machine", () => {
    expect(generalize(factPlaceholder("device/web-a/data"), machine("web-a"))).toBe(
      factPlaceholder("device/{{beehive:self:name}}/data"),
    );
  });

  test("becomes the machine's own again, whatever stands in it", () => {
    const names = fc.constantFrom("web-a", "web-a-2", "fact", "beehive", "address", "self", "name", "a");
    const words = fc.oneof(names, names.map(address), fc.constantFrom("{{", "}}", ":", "/", "10.0.0.1", " ", "-", "."));
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), names, (parts, name) => {
        const text = parts.join("");
        fc.pre(!text.includes("{{beehive:self:"));
        expect(back(generalize(text, machine(name)), name)).toBe(text);
      }),
    );
  });
});
