import type { ComponentChildren } from "preact";

/** A titled part of the form. */
export function FormSection({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="form-section">
      <h2 class="h3">{title}</h2>
      {children}
    </section>
  );
}
