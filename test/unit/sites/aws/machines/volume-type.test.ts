import { checkVolume } from "../../../../../lib/sites/aws/machines/volume-type";

type Volume = Parameters<typeof checkVolume>[2];

const checking = (volume: Volume) => () => checkVolume("shop/cloud", "dataVolumes.db", volume);

test.each<Volume>([
  { gibibytes: 50 },
  { gibibytes: 1, iops: 3000, throughput: 750 },
  { gibibytes: 160, iops: 80_000, throughput: 2000 },
  { gibibytes: 50, type: "gp2" },
  { gibibytes: 100, type: "io1", iops: 5000 },
  { gibibytes: 4, type: "io2", iops: 4000 },
  { gibibytes: 125, type: "st1" },
])("%j is taken", (volume) => {
  expect(checking(volume)).not.toThrow();
});

test.each<[Volume, string]>([
  [{ gibibytes: 50, type: "st1" }, "gibibytes is 50; a volume of type st1 has 125 to 16384. Choose one of those."],
  [
    { gibibytes: 3, type: "io2", iops: 100 },
    "gibibytes is 3; a volume of type io2 has 4 to 65536. Choose one of those.",
  ],
  [{ gibibytes: 50, type: "io2" }, "iops is unset; a volume of type io2 has no default. Give iops."],
  [{ gibibytes: 50, type: "gp2", iops: 3000 }, "iops is 3000; AWS offers no choice for gp2. Leave it out, or use gp3."],
  [{ gibibytes: 50, iops: 1000 }, "iops is 1000; a volume of type gp3 has 3000 to 80000. Choose one of those."],
  [{ gibibytes: 50, iops: 25_001 }, "iops is 25001; 50 GiB of gp3 have 25000 at most. Lower iops, or raise gibibytes."],
  [
    { gibibytes: 10, type: "io1", iops: 501 },
    "iops is 501; 10 GiB of io1 have 500 at most. Lower iops, or raise gibibytes.",
  ],
  [
    { gibibytes: 50, type: "io2", iops: 100, throughput: 300 },
    "throughput is 300; AWS offers the choice for gp3 only. Leave it out.",
  ],
  [
    { gibibytes: 50, throughput: 1000 },
    "throughput is 1000; it needs iops of 4000 or more. Raise iops, or lower throughput.",
  ],
])("%j is refused", (volume, message) => {
  expect(checking(volume)).toThrow(`shop/cloud: dataVolumes.db.${message}`);
});
