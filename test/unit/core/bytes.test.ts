import { bytesText, parseBytes } from "../../../lib/core/bytes";

test.each([
  ["512M", 512 * 1024 ** 2, "512 MiB"],
  ["2G", 2 * 1024 ** 3, "2 GiB"],
  ["1536m", 1536 * 1024 ** 2, "1.5 GiB"],
  ["1000", 1000, "1,000 B"],
  ["3T", 3 * 1024 ** 4, "3 TiB"],
  ["0M", 0, "0 B"],
])("%s", (text, bytes, words) => {
  expect(parseBytes(text)).toBe(bytes);
  expect(bytesText(bytes)).toBe(words);
});
