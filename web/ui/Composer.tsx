import type { ComponentChildren, Ref } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "./Button.tsx";
import { Icon } from "./Icon.tsx";
import { eyeOff, send } from "./icons.ts";
import { t } from "./i18n/texts.ts";
import "./Composer.css";

interface ComposerProps {
  /** The text is the owner's: it survives errors, reconnects and a change of view. */
  value: string;
  onValue: (value: string) => void;
  /** Called with trimmed, non-empty words. The owner empties `value` once it has them. */
  onSend: (text: string) => void;
  placeholder: string;
  /** `panel` has a row of tools and a worded button, `line` is one row with an icon. */
  shape?: "panel" | "line";
  whisper?: boolean;
  maxLength?: number;
  /** Offline or refused: a notice above the text. */
  notice?: ComponentChildren;
  /** To whom it goes: a row above the text. */
  top?: ComponentChildren;
  tools?: ComponentChildren;
}

/** Where a message is written: grows with its text, Enter sends, Shift+Enter breaks the line. */
export function Composer(props: ComposerProps) {
  const { value, onSend, shape = "panel", whisper = false, notice, top } = props;
  const submit = () => {
    const text = value.trim();
    if (text) onSend(text);
  };
  return (
    <>
      {notice && <div class="composer-notice">{notice}</div>}
      <form
        class={["composer", whisper && "composer-whisper", shape === "line" && "composer-bare"].filter(Boolean).join(" ")}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {top && <div class="composer-top">{top}</div>}
        {shape === "line" ? <LineRow {...props} onSubmit={submit} /> : <PanelRows {...props} onSubmit={submit} />}
      </form>
    </>
  );
}

interface RowProps extends ComposerProps {
  onSubmit: () => void;
}

function PanelRows(props: RowProps) {
  const whisper = props.whisper ?? false;
  return (
    <>
      <GrowingText {...props} />
      <div class="composer-foot">
        {props.tools}
        <span class="tip">{t("enterSends")}</span>
        <Button type="submit" data-testid="send" kind={whisper ? "whisper" : "primary"} icon={whisper ? eyeOff : send}>
          {t(whisper ? "whisper" : "send")}
        </Button>
      </div>
    </>
  );
}

function LineRow(props: RowProps) {
  return (
    <div class="composer-line">
      {props.tools}
      <GrowingText {...props} />
      <button type="submit" data-testid="send" class="composer-send" aria-label={t("send")} title={t("send")} aria-disabled={props.value.trim() === ""}>
        <Icon of={send} />
      </button>
    </div>
  );
}

function GrowingText({ value, onValue, onSubmit, placeholder, maxLength }: RowProps) {
  const area = useAutosize(value);
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter accepts its suggestion.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    onSubmit();
  };
  return (
    <textarea
      ref={area}
      data-testid="composer"
      rows={1}
      value={value}
      aria-label={placeholder}
      placeholder={placeholder}
      {...(maxLength === undefined ? {} : { maxLength })}
      onInput={(event) => onValue(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}

/** Keeps a text area as high as its text; the style sheet sets the limits. */
function useAutosize(value: string): Ref<HTMLTextAreaElement> {
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (!area.current) return;
    area.current.style.height = "auto";
    area.current.style.height = `${area.current.scrollHeight}px`;
  }, [value]);
  return area;
}
