import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Panel } from "./panel.ts";

const PanelContext = createContext<Panel | null>(null);

export const PanelProvider = PanelContext.Provider;

/** The panel that the component is part of. */
export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (!panel) throw new Error("This component belongs inside a PanelProvider");
  return panel;
}
