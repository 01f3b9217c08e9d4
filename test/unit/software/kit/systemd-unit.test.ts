import { systemdUnit } from "../../../../lib/software/kit/systemd-unit";

const HEAD = "# Made by Beehive from shop/web. Changes made here are lost; change the program and deploy.\n";

test("a service has its sections in order, and is wanted by the machine's normal state", () => {
  const { path, content } = systemdUnit({
    unit: "exporter.service",
    constructPath: "shop/web",
    Unit: ["Description=exporter"],
    Service: ["ExecStart=/usr/bin/true"],
  });
  expect(path).toBe("/etc/systemd/system/exporter.service");
  expect(content).toBe(
    `${HEAD}[Unit]\nDescription=exporter\n\n[Service]\nExecStart=/usr/bin/true\n\n[Install]\nWantedBy=multi-user.target\n`,
  );
});

test("a timer has no service of its own", () => {
  const { content } = systemdUnit({
    unit: "exporter.timer",
    constructPath: "shop/web",
    Unit: ["Description=exporter"],
    Timer: ["OnUnitActiveSec=6h"],
    Install: ["WantedBy=timers.target"],
  });
  expect(content).toBe(
    `${HEAD}[Unit]\nDescription=exporter\n\n[Timer]\nOnUnitActiveSec=6h\n\n[Install]\nWantedBy=timers.target\n`,
  );
});
