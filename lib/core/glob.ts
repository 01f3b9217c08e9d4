/**
 * Whether a text exists that both patterns match, in which `*` stands for any characters and `?` for one. It takes as many steps
 * as both lengths multiplied, however many stars there are.
 */
export function globsMeet(a: string, b: string): boolean {
  // At j: whether the first j characters of b may stand for the same as those of a that are done.
  let met = [true];
  for (const [j, other] of [...b].entries()) met.push(met[j]! && other === "*");
  for (const one of a) {
    const next = [met[0]! && one === "*"];
    for (const [j, other] of [...b].entries()) {
      const alike = one === other || one === "?" || other === "?";
      next.push(one === "*" || other === "*" ? met[j + 1]! || next[j]! : alike && met[j]!);
    }
    met = next;
  }
  return met.at(-1)!;
}
