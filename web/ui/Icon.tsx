import "./Icon.css";

/** 14, 16, 18 and 20 px: badges, small buttons, panels, call bars. */
export type IconSize = "xs" | "s" | "m" | "l";

interface IconProps {
  /** Path data, one of the constants of icons.ts. */
  of: string;
  size?: IconSize;
  /** What it means where no word beside it says so; without it the icon is ornament. */
  label?: string;
  class?: string;
}

/** A line icon in the colour of the text around it. */
export function Icon({ of, size = "m", label, class: extra = "" }: IconProps) {
  const name = label ? ({ role: "img", "aria-label": label } as const) : ({ "aria-hidden": true } as const);
  return (
    <svg class={`i ${size === "m" ? "" : `i-${size}`} ${extra}`} viewBox="0 0 24 24" {...name}>
      <path d={of} />
    </svg>
  );
}
