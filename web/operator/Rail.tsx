import type { ComponentChildren } from "preact";
import { Count } from "../ui/Badge.tsx";
import { Icon } from "../ui/Icon.tsx";
import { chats, home, layers, signOut, sliders } from "../ui/icons.ts";
import { usePanel } from "./context.ts";
import { Logo } from "./Logo.tsx";
import { t } from "./texts.ts";
import "./Rail.css";

export type Section = "home" | "chats";

interface RailProps {
  section: Section;
  onSection: (section: Section) => void;
  onOptions: () => void;
  onLogOut: () => void;
}

/** Where one is, and what is always at hand; a bar at the bottom on phones. */
export function Rail({ section, onSection, onOptions, onLogOut }: RailProps) {
  const { attention, session } = usePanel();
  const count = attention.value;
  return (
    <nav class="rail" aria-label={t("sections")}>
      <span class="rail-logo">
        <Logo />
      </span>
      <RailButton icon={home} label={t("home")} current={section === "home"} onClick={() => onSection("home")} />
      <RailButton icon={chats} label={t("chat")} current={section === "chats"} onClick={() => onSection("chats")}>
        <Count value={count} label={t.plural("attention", count)} />
      </RailButton>
      <span class="rail-gap" />
      {session.role === "administrator" && (
        <a class="rail-item" href="/admin/">
          <Icon of={layers} size="l" />
          {t("administration")}
        </a>
      )}
      <RailButton icon={sliders} label={t("options")} onClick={onOptions} />
      <RailButton icon={signOut} label={t("logOut")} onClick={onLogOut} />
    </nav>
  );
}

interface RailButtonProps {
  icon: string;
  label: string;
  current?: boolean;
  onClick: () => void;
  children?: ComponentChildren;
}

function RailButton({ icon, label, current = false, onClick, children }: RailButtonProps) {
  return (
    <button type="button" class="rail-item" aria-current={current ? "page" : undefined} onClick={onClick}>
      <Icon of={icon} size="l" />
      {label}
      {children}
    </button>
  );
}
