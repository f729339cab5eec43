import type { ComponentChildren } from "preact";
import { Avatar } from "./Avatar.tsx";
import { Icon } from "./Icon.tsx";
import { check, checkDouble, clock, eyeOff, refresh, warning } from "./icons.ts";
import { t } from "./i18n/texts.ts";
import { links } from "./links.ts";
import "./Message.css";

interface LogProps {
  /** Own bubbles in the group's brand colour, as the visitor sees them. */
  brand?: boolean;
  children: ComponentChildren;
}

/** The messages of a conversation; what is added is read out politely. */
export function Log({ brand = false, children }: LogProps) {
  return (
    <div class={brand ? "log log-brand" : "log"} role="log" aria-live="polite" aria-label={t("messages")}>
      {children}
    </div>
  );
}

/** How far an own message has come. `waiting` is kept until the network is back, `failed` is refused for good. */
export type Delivery = "sending" | "waiting" | "failed" | "sent" | "delivered" | "read";

/** How far a message has come (null: somebody else's) as it is shown while the network is there or not. */
export function deliveryOf(progress: Exclude<Delivery, "waiting"> | null, online: boolean): Delivery | undefined {
  return progress === "sending" && !online ? "waiting" : (progress ?? undefined);
}

interface MessageGroupProps {
  /** The other side is left, a colleague left on the accent, own words right, a whisper dashed. */
  kind: "in" | "out" | "team";
  whisper?: boolean;
  /** Who speaks; shown above the bubbles of colleagues and read out for all. */
  name: string;
  picture?: string | undefined;
  /** The clock under the last bubble. */
  time: string;
  delivery?: Delivery | undefined;
  /** A new group of the same person: without avatar and distance. */
  continued?: boolean;
  onRetry?: (() => void) | undefined;
  /** One or more `Bubble`s, files or previews. */
  children: ComponentChildren;
}

/** Consecutive messages of one person: one avatar, one time. */
export function MessageGroup(props: MessageGroupProps) {
  const { kind, whisper = false, name, picture, time, delivery, continued = false, onRetry, children } = props;
  const classes = ["msg", kind !== "in" && `msg-${kind}`, whisper && "msg-whisper", continued && "msg-cont"];
  return (
    <article class={classes.filter(Boolean).join(" ")}>
      {kind !== "out" && <Avatar name={name} picture={picture} size="s" />}
      <div class="msg-body">
        <Sender name={name} visible={kind === "team" || whisper} whisper={whisper} />
        {children}
        {delivery === "waiting" || delivery === "failed" ? (
          <Reason failed={delivery === "failed"} onRetry={onRetry} />
        ) : (
          <span class="msg-meta">
            {time} {delivery && <Ticks delivery={delivery} />}
          </span>
        )}
      </div>
    </article>
  );
}

function Sender({ name, visible, whisper }: { name: string; visible: boolean; whisper: boolean }) {
  if (!visible) return <span class="vh">{name}</span>;
  return (
    <span class="msg-from">
      {whisper && <Icon of={eyeOff} size="xs" />}
      {whisper ? `${name} · ${t("whisperLabel")}` : name}
    </span>
  );
}

function Reason({ failed, onRetry }: { failed: boolean; onRetry: (() => void) | undefined }) {
  return (
    <span class={failed ? "msg-reason msg-reason-failed" : "msg-reason"}>
      <Icon of={failed ? warning : refresh} size="xs" />
      {t(failed ? "notSent" : "retryWhenOnline")}
      {failed && onRetry && (
        <button type="button" class="btn btn-sm btn-quiet" onClick={onRetry}>
          {t("retry")}
        </button>
      )}
    </span>
  );
}

/** Sending is a clock, stored is one quiet tick, delivered one tick, read two in the accent. */
export function Ticks({ delivery }: { delivery: "sending" | "sent" | "delivered" | "read" }) {
  const icon = { sending: clock, sent: check, delivered: check, read: checkDouble }[delivery];
  return <Icon of={icon} size="s" class={delivery === "read" ? "ticks ticks-read" : "ticks"} label={t(delivery)} />;
}

interface BubbleProps {
  text: string;
  author: "visitor" | "operator" | "system";
  delivery?: Delivery | undefined;
}

/** A message's words: line breaks stay, addresses become links. What cannot go out is paler. */
export function Bubble({ text, author, delivery }: BubbleProps) {
  const pending = delivery === "waiting" || delivery === "failed";
  return (
    <p data-testid="message" data-author={author} data-status={delivery} class={pending ? "bubble bubble-pending" : "bubble"}>
      {links(text).map((part) =>
        part.href ? (
          <a key={part.at} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}

/** Something the desk did: taken over, call started. */
export function SystemLine({ icon, children }: { icon?: string; children: ComponentChildren }) {
  return (
    <p class="sys">
      {icon && <Icon of={icon} size="xs" />}
      <span>{children}</span>
    </p>
  );
}

/** The line between two days. */
export function DayLine({ children }: { children: ComponentChildren }) {
  return <p class="day">{children}</p>;
}

/** Three dots and a name; not announced, for it comes and goes too often. */
export function Typing({ name, picture }: { name: string; picture?: string | undefined }) {
  return (
    <p class="typing" aria-live="off">
      <Avatar name={name} picture={picture} size="s" />
      <span class="typing-dots" aria-hidden>
        <i />
        <i />
        <i />
      </span>
      <span>{t("typing", { name })}</span>
    </p>
  );
}
