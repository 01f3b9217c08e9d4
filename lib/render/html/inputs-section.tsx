import type { ModelInput } from "../../judgement/inputs";
import type { Prediction } from "../../judgement/prediction";
import { coverageLine, inputName } from "../phrases";
import { Assumed } from "./assumed";
import { DataTable } from "./data-table";

const PROVENANCES: Readonly<Record<ModelInput["provenance"], string>> = {
  measured: "measured",
  sla: "SLA",
  literature: "literature",
  assumed: "assumed",
};

/** What the numbers rest on. */
export function InputsSection({ inputs }: { readonly inputs: readonly ModelInput[] }) {
  return (
    <section id="inputs" aria-labelledby="inputs-title">
      <h2 id="inputs-title">What the numbers rest on</h2>
      <DataTable
        caption="Inputs with their provenance"
        rows={inputs}
        columns={[
          { head: "Input", cell: inputName },
          { head: "Value", cell: ({ value }) => value },
          {
            head: "From",
            cell: ({ provenance }) => (
              <span class={`tag tag-${provenance}`}>
                {PROVENANCES[provenance]}
                {provenance === "assumed" && <Assumed />}
              </span>
            ),
          },
          { head: "Source", cell: ({ source }) => source },
        ]}
      />
    </section>
  );
}

/** Beside what is known, always: what is not. */
export function LimitsSection({ prediction }: { readonly prediction: Prediction }) {
  const { coverage, notModelled, notes } = prediction;
  return (
    <section id="limits" aria-labelledby="limits-title">
      <h2 id="limits-title">What this does not know</h2>
      <p>{coverageLine(coverage, 12)}</p>
      <p>No number here contains:</p>
      <ul class="plain">
        {notModelled.map((cause) => (
          <li>{cause}</li>
        ))}
      </ul>
      {notes.length > 0 && (
        <ul class="plain">
          {notes.map((note) => (
            <li>{note}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
