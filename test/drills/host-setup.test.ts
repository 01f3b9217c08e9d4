import { planHost } from "../../lib/cli/host-setup";
import type { HostFacts } from "../../lib/lab/host";

const ready: HostFacts = {
  root: true,
  engines: { podman: { installed: true, works: true }, docker: { installed: false, works: false } },
  runtimes: ["runc", "crun"],
  cgroups: "unified",
  sysResource: true,
  mmdebstrap: true,
  tun: true,
  fuse: true,
  nft: true,
};
const bare: HostFacts = {
  ...ready,
  engines: { ...ready.engines, podman: { installed: false, works: false } },
  mmdebstrap: false,
};

test("a host that has everything needs nothing", () => {
  expect(planHost(ready, true, true)).toEqual({ install: [], problems: [] });
});

test("root on a fresh Debian gets what the lab needs installed", () => {
  expect(planHost(bare, true, false)).toEqual({
    install: ["podman", "runc", "mmdebstrap", "openssh-client"],
    problems: [],
  });
});

test("without root nothing is installed, and the message says what to do", () => {
  const { install, problems } = planHost({ ...bare, root: false }, true, true);
  expect(install).toEqual([]);
  expect(problems.join("\n")).toMatch(/needs root[^]*apt-get install podman runc mmdebstrap/);
});

test("without apt-get nothing is installed, and the message says what is missing", () => {
  const { install, problems } = planHost(bare, false, false);
  expect(install).toEqual([]);
  expect(problems).toHaveLength(2);
  expect(problems[1]).toBe("ssh-keygen is missing: apt-get install openssh-client");
});

test("hybrid cgroups need runc beside podman", () => {
  expect(planHost({ ...ready, cgroups: "hybrid", runtimes: ["crun"] }, true, true).install).toEqual(["runc"]);
});
