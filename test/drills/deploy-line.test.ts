import { deployEvent } from "../../lib/cli/deploy-line";

const machines = ["db-a", "db-ab", "web-1"];
const event = (line: string) => deployEvent(line, "shop", machines);

test.each([
  ["shop  terraform_data.db_rollout_db-a_3F2A: Creating...", "db-a", "db_rollout: Creating..."],
  [
    "      terraform_data.rollout-web-1 (rollout-web-1): Still creating... [10s elapsed]",
    "web-1",
    "rollout: Still creating... [10s elapsed]",
  ],
  ["terraform_data.web-1 (web-1) (remote-exec): nginx: gate passed", "web-1", "nginx: gate passed"],
  [
    "shop  terraform_data.web_rollout_web-1_2AB0 (remote-exec): beehive web-1 shop/web: beehive-app.service: starting",
    "web-1",
    "shop/web: beehive-app.service: starting",
  ],
  ["shop  terraform_data.rack_web-1 (remote-exec): beehive web-1: installing nginx", "web-1", "installing nginx"],
  ["shop  terraform_data.db-ab: Creation complete after 11s [id=55b7-6f]", "db-ab", "Creation complete after 11s"],
  ["shop  terraform_data.barrier: Creating...", "barrier", "Creating..."],
])("%s", (line, subject, step) => {
  expect(event(line)).toEqual({ subject, step });
});

test.each([
  ["an empty line", ""],
  ["the plan", '        + resource "terraform_data" "rollout-db-a" {'],
  ["the details of a connection", "shop  terraform_data.db-a (remote-exec):   Private key: true"],
  ["a file transfer", "shop  terraform_data.web-1: Provisioning with 'file'..."],
  ["a summary", "      Plan: 2 to add, 0 to change, 0 to destroy."],
])("%s tells nothing about a machine", (_, line) => {
  expect(event(line)).toBeUndefined();
});
