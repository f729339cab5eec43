import { useState } from "preact/hooks";
import { Badge } from "../ui/Badge.tsx";
import { ToolButton } from "../ui/Button.tsx";
import { Composer } from "../ui/Composer.tsx";
import { ListRow, walkRows } from "../ui/ListRow.tsx";
import { Bubble, DayLine, Log, MessageGroup, SystemLine, Typing } from "../ui/Message.tsx";
import { Notice } from "../ui/Notice.tsx";
import { check, offline, paperclip, smile } from "../ui/icons.ts";
import { Card } from "./card.tsx";

export function ConversationCards() {
  return (
    <>
      <Rows />
      <Messages />
      <VisitorSide />
    </>
  );
}

function Rows() {
  const [current, setCurrent] = useState("Elisa Rossi");
  const row = (name: string) => ({ name, current: name === current, onOpen: () => setCurrent(name) });
  return (
    <Card title="Righe di lista">
      <div onKeyDown={walkRows}>
        <ListRow {...row("Elisa Rossi")} presence="here" time="ora" last="Sì, la tartaruga. Ma non capisco come misurare" foot="Consulenza visiva" />
        <ListRow {...row("Anonimo-880898")} presence="here" time="1 min" last="Il mio pacco è fermo da tre giorni" unread={2} foot={<Badge tone="warning">In attesa</Badge>} />
        <ListRow {...row("Stella Verdi")} presence="leaving" time="4 min" last="È possibile fissare un appuntamento per sabato?" unread={1} foot={<Badge tone="warning">In attesa</Badge>} />
        <ListRow {...row("Anna Colombo")} presence="gone" time="ieri" last="Grazie, torno domani con la misura" foot="Assistenza clienti" />
      </div>
    </Card>
  );
}

function Messages() {
  const [text, setText] = useState("");
  return (
    <Card title="Messaggi all’operatore">
      <Log>
        <DayLine>Oggi</DayLine>
        <SystemLine icon={check}>Giulia Ferri ha preso in carico questa conversazione · 10:31</SystemLine>
        <MessageGroup kind="in" name="Elisa Rossi" time="10:32">
          <Bubble author="visitor" text="Buongiorno, ho visto la montatura Lido." />
          <Bubble author="visitor" text="Va bene anche con le lenti progressive?" />
        </MessageGroup>
        <MessageGroup kind="out" name="Giulia Ferri" time="10:33" delivery="read">
          <Bubble author="operator" text={"Sì, ci stanno comode:\nhttps://otticamarini.example/lido"} delivery="read" />
        </MessageGroup>
        <MessageGroup kind="team" name="Paolo Neri" time="10:34">
          <Bubble author="operator" text="La lente è alta 34 mm." />
        </MessageGroup>
        <MessageGroup kind="out" whisper name="Giulia Ferri" time="10:38">
          <Bubble author="operator" text="Paolo, puoi unirti fra poco?" />
        </MessageGroup>
        <MessageGroup kind="out" name="Giulia Ferri" time="10:39" delivery="sending">
          <Bubble author="operator" text="Un momento" delivery="sending" />
        </MessageGroup>
        <MessageGroup kind="out" name="Giulia Ferri" time="10:39" delivery="waiting">
          <Bubble author="operator" text="Non ancora partito" delivery="waiting" />
        </MessageGroup>
        <MessageGroup kind="out" name="Giulia Ferri" time="10:39" delivery="failed" onRetry={() => setText("")}>
          <Bubble author="operator" text="Rifiutato" delivery="failed" />
        </MessageGroup>
        <Typing name="Elisa" />
      </Log>
      <Composer
        value={text}
        onValue={setText}
        onSend={() => setText("")}
        placeholder="Scrivi a Elisa"
        tools={<ToolButton icon={smile} label="Emoji" />}
        notice={
          <Notice tone="warning" icon={offline}>
            <b>Sei senza rete.</b> Continua a scrivere: invio io appena torna.
          </Notice>
        }
      />
      <Composer value={text} onValue={setText} onSend={() => setText("")} placeholder="Sussurra ai colleghi" whisper />
    </Card>
  );
}

function VisitorSide() {
  const [text, setText] = useState("");
  return (
    <Card title="Messaggi al visitatore">
      <Log brand>
        <MessageGroup kind="out" name="Elisa Rossi" time="10:32" delivery="delivered">
          <Bubble author="visitor" text="Buongiorno, la Lido va bene con le progressive?" delivery="delivered" />
        </MessageGroup>
        <MessageGroup kind="in" name="Giulia Ferri" time="10:33">
          <Bubble author="operator" text="Sì, la lente è alta 34 mm: ci stanno comode." />
        </MessageGroup>
        <Typing name="Giulia" />
      </Log>
      <Composer
        shape="line"
        value={text}
        onValue={setText}
        onSend={() => setText("")}
        placeholder="Scrivi un messaggio"
        tools={<ToolButton icon={paperclip} label="Allega" size="l" />}
      />
    </Card>
  );
}
