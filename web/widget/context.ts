import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Visit } from "./visit.ts";

const VisitContext = createContext<Visit | null>(null);

export const VisitProvider = VisitContext.Provider;

/** The visit that the component is part of. */
export function useVisit(): Visit {
  const visit = useContext(VisitContext);
  if (!visit) throw new Error("This component belongs inside a VisitProvider");
  return visit;
}
