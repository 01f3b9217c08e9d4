import { cgroupMode, chooseHost, hardLimit, hostProblems, type HostFacts } from "../../../lib/lab/host";

const works = { installed: true, works: true };
const missing = { installed: false, works: false };

const plainHost: HostFacts = {
  root: true,
  engines: { podman: works, docker: missing },
  runtimes: ["runc", "crun"],
  cgroups: "unified",
  sysResource: true,
  openFiles: 20000,
  processes: 96365,
  pidMax: 32768,
  mmdebstrap: true,
  tun: true,
  fuse: true,
  nft: true,
};

describe("choosing how to run machines on a host", () => {
  test("a plain host needs no limits and no other runtime", () => {
    const host = chooseHost(plainHost);
    expect(host.engine).toBe("podman");
    expect(host.globalArguments).toEqual([]);
    expect(host.limitArguments).toEqual([]);
    expect(host.systemdArguments).toEqual(["--systemd=always", "--privileged"]);
  });

  test("hybrid cgroups choose runc, because crun refuses them", () => {
    expect(chooseHost({ ...plainHost, cgroups: "hybrid" }).globalArguments).toEqual(["--runtime", "runc"]);
  });

  test("hybrid cgroups without runc are refused with the package to install", () => {
    expect(() => chooseHost({ ...plainHost, cgroups: "hybrid", runtimes: ["crun"] })).toThrow("apt-get install runc");
  });

  test("without CAP_SYS_RESOURCE the limits stay within the present hard limits", () => {
    const host = chooseHost({ ...plainHost, sysResource: false, openFiles: 20000, processes: 9000 });
    expect(host.limitArguments).toEqual(["--ulimit", "nofile=20000:20000", "--ulimit", "nproc=9000:9000"]);
  });

  test("without CAP_SYS_RESOURCE the process limit stays within pid_max, to which podman lowers its own", () => {
    expect(chooseHost({ ...plainHost, sysResource: false }).limitArguments).toContain("nproc=32768:32768");
  });

  test("a host without a process limit and without pid_max gets no process limit", () => {
    const host = chooseHost({ ...plainHost, sysResource: false, processes: undefined, pidMax: undefined });
    expect(host.limitArguments).toEqual(["--ulimit", "nofile=20000:20000"]);
  });

  test("docker is chosen when only docker works", () => {
    const engines = { podman: missing, docker: works };
    expect(chooseHost({ ...plainHost, engines }).engine).toBe("docker");
  });

  test("docker on older cgroups shares the host's, because systemd needs its hierarchy", () => {
    const engines = { podman: missing, docker: works };
    const host = chooseHost({ ...plainHost, engines, cgroups: "hybrid" });
    expect(host.globalArguments).toEqual([]);
    expect(host.systemdArguments).toContain("--cgroupns=host");
  });

  test("a host without an engine and without root hears both at once", () => {
    const problems = hostProblems({ ...plainHost, root: false, engines: { podman: missing, docker: missing } });
    expect(problems).toEqual([
      "it needs root, because machines get addresses of their own: run it with sudo",
      "there is no container engine: apt-get install podman runc mmdebstrap",
    ]);
  });

  test("an engine that does not answer is named with what it said", () => {
    const docker = { installed: true, works: false, reason: "Cannot connect to the Docker daemon" };
    const problems = hostProblems({ ...plainHost, engines: { podman: missing, docker } });
    expect(problems).toEqual([
      "no container engine works (docker: Cannot connect to the Docker daemon); " +
        "apt-get install podman runc mmdebstrap brings one that needs no daemon",
    ]);
  });
});

describe("reading the host", () => {
  const cgroups = (...files: string[]) => cgroupMode((path) => files.includes(path));

  test("tells the three kinds of cgroups apart", () => {
    expect(cgroups("/sys/fs/cgroup/cgroup.controllers")).toBe("unified");
    expect(cgroups("/sys/fs/cgroup/unified/cgroup.controllers")).toBe("hybrid");
    expect(cgroups()).toBe("legacy");
  });

  const limits = [
    "Limit                     Soft Limit           Hard Limit           Units     ",
    "Max processes             96365                96365                processes ",
    "Max open files            1024                 20000                files     ",
    "Max core file size        0                    unlimited            bytes     ",
  ].join("\n");

  test("reads hard limits, not soft ones", () => {
    expect(hardLimit(limits, "Max open files")).toBe(20000);
  });

  test("an unlimited limit is none", () => {
    expect(hardLimit(limits, "Max core file size")).toBeUndefined();
    expect(hardLimit(limits, "Max locked memory")).toBeUndefined();
  });
});
