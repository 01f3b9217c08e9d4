import type { ComponentChildren } from "preact";

/** A shape and a word for each state: one man in twelve cannot tell the colours apart, and paper has none. */
export type SignName = "good" | "unproven" | "unsure" | "bad" | "alert" | "open" | "stale" | "stopped" | "note";

/** In a square of 16. */
export const SIGN_PATHS: Readonly<Record<SignName, string>> = {
  good: "M3.2 8.6l3 3 6.6-7",
  unproven: "M8 2.4a5.6 5.6 0 1 0 0 11.2a5.6 5.6 0 1 0 0-11.2M5.4 8.2l1.9 1.9 3.4-3.8",
  unsure: "M5.4 5.8a2.6 2.6 0 1 1 3.9 2.3c-.8.5-1.3.9-1.3 2M8 12.6v.1",
  bad: "M4 4l8 8M12 4l-8 8",
  alert: "M8 2.2L14.6 13.6H1.4zM8 6.6v3.2M8 11.6v.1",
  open: "M8 2.6a5.4 5.4 0 1 0 0 10.8a5.4 5.4 0 1 0 0-10.8",
  stale: "M8 2.4a5.6 5.6 0 1 0 0 11.2a5.6 5.6 0 1 0 0-11.2M8 5v3.2l2.2 1.6",
  stopped: "M8 2.4a5.6 5.6 0 1 0 0 11.2a5.6 5.6 0 1 0 0-11.2M4.2 11.8l7.6-7.6",
  note: "M8 2.4a5.6 5.6 0 1 0 0 11.2a5.6 5.6 0 1 0 0-11.2M8 7.4v3.4M8 5.1v.1",
};

/** The shape; the word beside it is for readers who do not see it. */
export function Sign({ name }: { readonly name: SignName }) {
  return (
    <svg class={`sign sign-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={SIGN_PATHS[name]} />
    </svg>
  );
}

interface MarkProps {
  readonly name: SignName;
  readonly children: ComponentChildren;
}

/** Sign and word. */
export function Mark({ name, children }: MarkProps) {
  return (
    <span class={`mark mark-${name}`}>
      <Sign name={name} />
      <span>{children}</span>
    </span>
  );
}
