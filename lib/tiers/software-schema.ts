import * as net from "node:net";
import { z } from "../core/zod";
import { once } from "../core/once";
import { lines, port, propsSchema, text } from "../core/props";
import { isPlaceholder } from "../software/placeholders";
import type {
  Check,
  DataFolder,
  ManagedDirectory,
  ManagedFile,
  ManagedService,
  Port,
  Probe,
  Software,
  SystemAccount,
} from "../software/software";

/** What only Beehive's own program on the machine writes, and what is no disk. */
const RESERVED = ["/proc", "/sys", "/dev", "/run/beehive", "/var/lib/beehive/rollout", "/usr/local/lib/beehive"];
const PATH = /^(\/(?!\.{1,2}(\/|$))[^/\p{Cc}\p{Cs}]{1,200})+$/u;
const UNIT_FOLDER = /^\/etc\/systemd\/system\/([^/]+)$/;
const UNIT = /^[A-Za-z0-9:_.\\@-]{1,230}\.(service|socket|timer|path|target|mount|automount|swap|slice)$/;

const words = z.array(lines).min(1, "must name a program");
const reservedFor = (path: string) => RESERVED.find((folder) => path === folder || path.startsWith(`${folder}/`));
const path = z
  .string()
  .regex(PATH, 'must be an absolute path without "..", names of 200 characters at most: "/etc/exporter/web.conf"')
  .refine((value) => reservedFor(value) === undefined, {
    message: `is Beehive's or the kernel's own; outside ${RESERVED.join(", ")} everything is allowed`,
  });
const unit = z.string().regex(UNIT, 'must be the name of a unit with its suffix, such as "exporter.service"');
const account = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, "must be the name of a Linux account");
const mode = z.string().regex(/^[0-7]{3,4}$/, 'must be octal digits, such as "0644"');
const owned = { mode: mode.optional(), owner: account.optional(), group: account.optional() };
const seconds = z.number().min(0.01, "must be more than nothing");

const isSource = (value: string): boolean => {
  if (isPlaceholder(value)) return true;
  const [address = "", prefix, ...rest] = value.split("/");
  const bits = { 0: -1, 4: 32, 6: 128 }[net.isIP(address)]!;
  return bits > 0 && rest.length === 0 && (prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) <= bits));
};
const source = z.string().refine(isSource, { message: 'must be an IP address or a CIDR, such as "10.77.0.0/16"' });
const local = z.string().refine((value) => value === "*" || isPlaceholder(value) || net.isIP(value) > 0, {
  message: 'must be an IP address of the machine, or "*" for every address',
});

const file = propsSchema<ManagedFile>()({
  path: path.refine((value) => !UNIT_FOLDER.test(value) || UNIT.test(UNIT_FOLDER.exec(value)![1]!), {
    message: "is in systemd's folder, but no unit is named so; end it in .service, .timer or another kind of unit",
  }),
  content: lines,
  encoding: z.enum(["utf8", "base64"]).optional(),
  ...owned,
  validate: words.optional(),
});

/** Software that a program brings: what a machine, systemd and Debian would refuse is refused when it is added. @internal */
export const softwareSchema = once((): z.ZodType<Software> =>
  propsSchema<Software>()({
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, "must be letters, digits and dashes, 64 at most"),
    packages: z.array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, "must be the name of a Debian package")),
    unusedUnits: z.array(text).optional(),
    dataFolders: z
      .array(propsSchema<DataFolder>()({ path, blank: z.array(text), marks: z.array(path), away: text }))
      .optional(),
    accounts: z
      .array(
        propsSchema<SystemAccount>()({
          name: account,
          home: path.optional(),
          groups: z.array(account).optional(),
        }),
      )
      .optional(),
    directories: z.array(propsSchema<ManagedDirectory>()({ path, ...owned })).optional(),
    files: z.array(file),
    checks: z.array(propsSchema<Check>()({ description: text, command: words })).optional(),
    services: z.array(
      propsSchema<ManagedService>()({
        unit,
        onChange: z.enum(["restart", "reload", "none"]),
        watches: z.array(text),
        startCommand: words.optional(),
        beforeStop: words.optional(),
        afterStart: words.optional(),
        beforeUpgrade: words.optional(),
      }),
    ),
    gate: z.array(
      propsSchema<Probe>()({
        description: text,
        command: words,
        timeoutSeconds: seconds,
        intervalSeconds: seconds.optional(),
      }),
    ),
    ports: z.array(
      propsSchema<Port>()({
        port,
        protocol: z.enum(["tcp", "udp", "vrrp"]),
        address: local,
        from: z.union([z.enum(["world", "localhost"]), z.array(source)]),
        purpose: text,
        property: text.optional(),
      }),
    ),
  }),
);
