import { useId, useRef, useState } from "preact/hooks";
import { ToolButton } from "../../ui/Button.tsx";
import { smile } from "../../ui/icons.ts";
import { placeBeside } from "../../ui/placement.ts";
import { t } from "../texts.ts";

const emoji = Array.from("😀😄😂🙂😉😊😍🥰😎🤔😮😢😅🙈👍👎👏🙏👋💪🤝✌🎉🎁💐☕🌞⭐🔥✅❌❓💡📷📞📦🛒💶👓🕶❤💚".matchAll(/\p{Extended_Pictographic}/gu), ([one]) => one);
const columns = 7;

/** Puts an emoji into the text at the caret. Arrow keys walk the grid, Esc closes it. */
export function EmojiPicker() {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const [expanded, setExpanded] = useState(false);
  const onToggle = ({ newState }: { newState: string }) => {
    setExpanded(newState === "open");
    if (newState !== "open" || !grid.current || !button.current) return;
    placeBeside(grid.current, button.current);
    grid.current.querySelector("button")?.focus();
  };
  return (
    <>
      <ToolButton icon={smile} size="l" label={t("emoji")} buttonRef={button} popovertarget={id} expanded={expanded} />
      <div ref={grid} id={id} class="menu emoji" popover="auto" role="group" aria-label={t("emoji")} onToggle={onToggle} onKeyDown={walk}>
        {emoji.map((one, index) => (
          <button key={one} type="button" tabIndex={index === 0 ? 0 : -1} onClick={(event) => insert(event.currentTarget, one)}>
            {one}
          </button>
        ))}
      </div>
    </>
  );
}

/** Through the text field's own editing, so that the caret stays right and its owner hears of it. */
function insert(picked: HTMLElement, text: string): void {
  picked.closest<HTMLElement>("[popover]")?.hidePopover();
  const field = picked.closest("form")?.querySelector("textarea");
  if (!field) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function walk(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const all = Array.from(event.currentTarget.querySelectorAll("button"));
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  all[all.indexOf(document.activeElement as HTMLButtonElement) + step]?.focus();
}
