import { useEffect } from "preact/hooks";
import { Toasts } from "../ui/Toast.tsx";
import { Conversation } from "./conversation/Conversation.tsx";
import { useVisit } from "./context.ts";
import { Failure } from "./Failure.tsx";
import { Home } from "./Home.tsx";
import type { Visit } from "./visit.ts";

/** The widget: its start page, or a conversation. While there is a call, always its conversation. */
export function App() {
  const visit = useVisit();
  useEscape(visit);
  const refusal = visit.desk.refusal.value;
  if (refusal) return <Failure code={refusal.code} host={visit.host} onRetry={() => location.reload()} />;
  const call = visit.calls.current.value;
  const route = visit.route.value;
  const id = call?.entered.value ? call.conversationId : route.view === "conversation" ? route.id : undefined;
  return (
    <>
      {id === undefined ? <Home /> : <Conversation id={id} />}
      <Toasts />
    </>
  );
}

/** Esc leaves the large view, then the widget; a menu that is open takes it for itself. */
function useEscape(visit: Visit): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || document.querySelector(":popover-open")) return;
      if (visit.expanded.peek()) visit.expand(false);
      else visit.hide();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [visit]);
}
