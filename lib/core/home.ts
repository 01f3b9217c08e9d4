import * as os from "node:os";
import * as path from "node:path";

/** The absolute name of a file: `~` is the home of whoever runs the program. */
export const expandHome = (file: string): string =>
  file.startsWith("~") ? path.join(os.homedir(), file.slice(1)) : path.resolve(file);
