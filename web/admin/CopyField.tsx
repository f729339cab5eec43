import { useSignal } from "@preact/signals";
import { Button } from "../ui/Button.tsx";
import { check, copy } from "../ui/icons.ts";
import { t } from "./texts.ts";

const toldForMs = 2_000;

/** Text to take away, with a button that copies it. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const copied = useSignal(false);
  const onCopy = async () => {
    await navigator.clipboard.writeText(value);
    copied.value = true;
    setTimeout(() => (copied.value = false), toldForMs);
  };
  return (
    <div class="copy">
      <code class="copy-text" role="textbox" aria-readonly aria-label={label} tabIndex={0} data-testid="copy-text">
        {value}
      </code>
      <Button icon={copied.value ? check : copy} onClick={() => void onCopy()}>
        {t(copied.value ? "copied" : "copy")}
      </Button>
    </div>
  );
}
