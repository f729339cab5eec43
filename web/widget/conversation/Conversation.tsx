import { useComputed } from "@preact/signals";
import type { ConversationView } from "../../client/protocol.ts";
import { pendingItems, threadOf } from "../../client/thread.ts";
import { CallCard } from "../call/CallCard.tsx";
import { useArrival } from "../arrival.ts";
import { useVisit } from "../context.ts";
import { Foot } from "../Home.tsx";
import { useLayout } from "../layout.ts";
import { ConversationHead } from "./ConversationHead.tsx";
import { MessageBox } from "./MessageBox.tsx";
import { Thread } from "./Thread.tsx";
import "./Conversation.css";

/** A conversation with its call, if one is near. `id` is null while it is being opened; its view follows a little later. */
export function Conversation({ id }: { id: string | null }) {
  const visit = useVisit();
  const main = useArrival<HTMLElement>("textarea");
  const view = visit.desk.state.value.conversations.get(id ?? "") ?? null;
  const call = visit.calls.current.value;
  const part = visit.calls.part.value;
  const inCall = call?.entered.value && part && part !== "failed" ? { call, part } : null;
  const layout = useLayout(inCall !== null);
  return (
    <main class="w conv" ref={main} tabIndex={-1} data-layout={layout}>
      {inCall ? <inCall.part.CallHead call={inCall.call} layout={layout} /> : <ConversationHead view={view} />}
      {inCall && <inCall.part.CallStage call={inCall.call} layout={layout} view={view} />}
      <ConversationLog key={id} view={view} id={id} visible={layout !== "video"} />
      {view && !inCall && <CallCard view={view} />}
      <MessageBox id={id} closed={view?.state === "closed"} />
      {!inCall && <Foot />}
    </main>
  );
}

function ConversationLog({ view, id, visible }: { view: ConversationView | null; id: string | null; visible: boolean }) {
  const { desk } = useVisit();
  const items = useComputed(() => {
    const { me, pending, conversations } = desk.state.value;
    const current = id === null ? undefined : conversations.get(id);
    if (!me) return [];
    return current ? threadOf(current, pending, me) : pendingItems(pending.filter((message) => message.conversationId === id), me);
  });
  return <Thread view={view} items={items.value} visible={visible} />;
}
