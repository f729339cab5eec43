import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/texts.ts";
import "./Stage.css";

interface StageProps {
  /** Who or what is in the centre: the visitor, a shared screen, or a `StageWait`. */
  main: ComponentChildren;
  /** The others, in a column at the right or a strip below where it is narrow. */
  side?: ComponentChildren[];
  /** The own picture; it can be dragged to another corner. */
  self?: ComponentChildren;
}

/** The surface of a call. It fills its place and arranges itself by its own size, not the window's. */
export function Stage({ main, side = [], self }: StageProps) {
  return (
    <section class="stage stage-frame" aria-label={t("call")}>
      <div class={side.length > 0 ? "call-stage" : "call-stage call-stage-alone"}>
        <div class="stage-main">
          {main}
          {self && <SelfCorner>{self}</SelfCorner>}
        </div>
        {side.length > 0 && <div class="stage-side">{side}</div>}
      </div>
    </section>
  );
}

type Corner = `${"top" | "bottom"}-${"left" | "right"}`;

/** Lets go of the picture in the corner that is nearest to the pointer. */
function SelfCorner({ children }: { children: ComponentChildren }) {
  const [corner, setCorner] = useState<Corner>("bottom-left");
  const drop = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const area = event.currentTarget.parentElement?.getBoundingClientRect();
    if (!area) return;
    const row = event.clientY < area.top + area.height / 2 ? "top" : "bottom";
    const column = event.clientX < area.left + area.width / 2 ? "left" : "right";
    setCorner(`${row}-${column}`);
  };
  return (
    <div class="stage-self" data-corner={corner} onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)} onPointerUp={drop}>
      {children}
    </div>
  );
}

/** What the centre shows while nobody is there yet. */
export function StageWait({ children }: { children: ComponentChildren }) {
  return <div class="stage-wait">{children}</div>;
}
