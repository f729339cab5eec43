import { t } from "./i18n/texts.ts";
import "./Avatar.css";

/** A visitor is here, leaving or gone; an operator is here (online), paused or gone (offline). */
export type PresenceState = "here" | "leaving" | "gone" | "paused";

interface PresenceProps {
  of: PresenceState;
  /** Accessible words; omit where the words stand beside the shape. */
  label?: string | undefined;
}

/** The shape of somebody's presence: disc, half-disc, ring or pause bars. */
export function Presence({ of, label }: PresenceProps) {
  const name = label ? ({ role: "img", "aria-label": label } as const) : ({ "aria-hidden": true } as const);
  return <span class={`pres pres-${of}`} {...name} />;
}

/** A visitor's presence in words. */
export function visitorPresenceText(presence: "here" | "leaving" | "gone"): string {
  return t({ here: "presenceHere", leaving: "presenceLeaving", gone: "presenceGone" }[presence] as "presenceHere");
}

interface AvatarProps {
  name: string;
  /** 24, 28, 36, 48 and 72 px. */
  size?: "xs" | "s" | "m" | "l" | "xl";
  picture?: string | undefined;
  presence?: PresenceState | undefined;
  /** Sand instead of the accent: everybody but the person whose page this is. */
  quiet?: boolean;
}

/** A face or initials. It is ornament beside a name that is written out, so it is hidden from screen readers. */
export function Avatar({ name, size = "m", picture, presence, quiet = false }: AvatarProps) {
  const classes = ["av", size !== "m" && `av-${size}`, quiet && "av-sand"];
  return (
    <span class={classes.filter(Boolean).join(" ")} aria-hidden>
      {picture ? <img src={picture} alt="" /> : initials(name)}
      {presence && (
        <span class="av-pres">
          <Presence of={presence} />
        </span>
      )}
    </span>
  );
}

/** `Elisa Rossi` is ER; an anonymous visitor (`Anonimo-880898`) and an empty name are "?". */
export function initials(name: string): string {
  if (/-\d{4,}$/.test(name)) return "?";
  const words = name.trim().split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => Array.from(word ?? "")[0]?.toLocaleUpperCase() ?? "").join("") || "?";
}
