import "./Spinner.css";

/** Something is under way; give it a `label` where no other words say so. */
export function Spinner({ label, large = false }: { label?: string; large?: boolean }) {
  const name = label ? ({ role: "status", "aria-label": label } as const) : ({ "aria-hidden": true } as const);
  return <span class={large ? "spinner spinner-lg" : "spinner"} {...name} />;
}
