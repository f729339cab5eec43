import type { ComponentChildren } from "preact";

/** A box of the style guide. */
export function Card({ title, wide = false, children }: { title: string; wide?: boolean; children: ComponentChildren }) {
  return (
    <section class={wide ? "card guide-card guide-wide" : "card guide-card"}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
