import { useState } from "preact/hooks";
import { Avatar, Presence } from "../ui/Avatar.tsx";
import { Badge, Count, Tag } from "../ui/Badge.tsx";
import { Button, ToolButton } from "../ui/Button.tsx";
import { Dialog, Drawer } from "../ui/Dialog.tsx";
import { EmptyState, SkeletonRows } from "../ui/Empty.tsx";
import { Checkbox, Radio, Range, SearchInput, Select, Switch, Textarea, TextInput } from "../ui/Field.tsx";
import { Menu, MenuGroup, MenuItem } from "../ui/Menu.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Tabs } from "../ui/Tabs.tsx";
import { showToast } from "../ui/Toast.tsx";
import { bell, chats, check, copy, cross, eyeOff, more, offline, trash, userPlus, video } from "../ui/icons.ts";
import { Card } from "./card.tsx";

export function ControlCards() {
  return (
    <>
      <Buttons />
      <Fields />
      <People />
      <Notices />
      <Overlays />
      <Views />
    </>
  );
}

function Buttons() {
  return (
    <Card title="Pulsanti">
      <div class="row wrap">
        <Button kind="primary">Salva</Button>
        <Button>Annulla</Button>
        <Button kind="danger">Elimina</Button>
        <Button kind="quiet">Più tardi</Button>
      </div>
      <div class="row wrap">
        <Button kind="primary" busy>
          Salva
        </Button>
        <Button disabledReason="Siete già in tre">Invita</Button>
        <Button kind="whisper" icon={eyeOff}>
          Sussurra
        </Button>
      </div>
      <div class="row wrap">
        <Button size="s">Piccolo</Button>
        <Button size="l" kind="brand" icon={video}>
          Parla in video
        </Button>
      </div>
      <div class="row">
        <ToolButton icon={bell} label="Avvisi" />
        <ToolButton icon={chats} label="Chat" pressed />
        <ToolButton icon={userPlus} label="Invita" disabledReason="Siete già in tre" />
      </div>
    </Card>
  );
}

function Fields() {
  const [text, setText] = useState("");
  const [on, setOn] = useState(true);
  return (
    <Card title="Campi">
      <TextInput label="Mail" note="facoltativo" type="email" placeholder="nome@esempio.it" value={text} onValue={setText} />
      <TextInput label="Mail" value="elisa@" error="Manca la fine dell’indirizzo" onValue={setText} />
      <Range label="Opacità" min={10} max={100} step={5} value={60} unit="%" onValue={close} />
      <Select label="Microfono" value="b" options={[{ value: "a", label: "Predefinito" }, { value: "b", label: "Cuffie" }]} onValue={setText} />
      <Textarea label="Nota" rows={2} value="Preferisce essere chiamata di pomeriggio." onValue={setText} />
      <SearchInput label="Cerca per nome, mail o testo" value={text} onValue={setText} />
      <Checkbox checked={on} onChecked={setOn}>
        Ho letto l’informativa
      </Checkbox>
      <div class="row">
        <Radio name="glasses" value="yes" checked onChosen={setText}>
          Sì
        </Radio>
        <Radio name="glasses" value="no" checked={false} onChosen={setText}>
          No
        </Radio>
      </div>
      <Switch checked={on} onChecked={setOn}>
        Solo audio
      </Switch>
    </Card>
  );
}

function People() {
  return (
    <Card title="Persone e presenza">
      <div class="row wrap">
        <Avatar name="Elisa Rossi" presence="here" />
        <Avatar name="Bruno Fabbri" presence="leaving" quiet />
        <Avatar name="Anonimo-880898" presence="gone" quiet />
        <Avatar name="Giulia Ferri" presence="paused" />
        <Avatar name="Elisa Rossi" size="l" presence="here" />
        <Avatar name="Paolo Neri" size="xs" />
      </div>
      <div class="row wrap">
        <Presence of="here" /> sulla pagina <Presence of="leaving" /> sta uscendo <Presence of="gone" /> via <Presence of="paused" /> pausa
      </div>
      <div class="row wrap">
        <Badge>Conclusa</Badge>
        <Badge tone="accent">Tua</Badge>
        <Badge tone="warning">In attesa</Badge>
        <Badge tone="success" icon={check}>
          OK
        </Badge>
        <Badge tone="danger" icon={cross}>
          KO
        </Badge>
        <Badge tone="whisper" icon={eyeOff}>
          Sussurro
        </Badge>
        <Count value={3} />
        <Count value={128} tone="quiet" />
        <Tag>progressive</Tag>
      </div>
      <SkeletonRows />
    </Card>
  );
}

function Notices() {
  return (
    <Card title="Avvisi">
      <Notice tone="success">Salvato</Notice>
      <Notice tone="warning" icon={offline}>
        <b>Sei senza rete.</b> Continua a scrivere, invio io appena torna.
      </Notice>
      <Notice tone="danger">Il file pesa 24 MB, il limite è 20.</Notice>
      <Notice tone="accent">Viene applicato sul server.</Notice>
      <Notice>La conversazione è conclusa.</Notice>
    </Card>
  );
}

function Overlays() {
  const [open, setOpen] = useState<"dialog" | "drawer">();
  const close = () => setOpen(undefined);
  return (
    <Card title="Finestre e menu">
      <div class="row wrap">
        <Button onClick={() => setOpen("dialog")}>Finestra</Button>
        <Button onClick={() => setOpen("drawer")}>Cassetto</Button>
        <Button onClick={() => showToast({ text: "Nuova chat da Stella Verdi", icon: bell, action: { label: "Apri", onSelect: close } })}>Avviso</Button>
        <Menu label="Altro" trigger={(trigger) => <ToolButton {...trigger} icon={more} label="Altro" />}>
          <MenuGroup label="Conversazione">
            <MenuItem icon={copy} onSelect={close}>
              Copia il testo
            </MenuItem>
            <MenuItem icon={userPlus} disabledReason="Siete già in tre" onSelect={close}>
              Invita un collega
            </MenuItem>
          </MenuGroup>
          <MenuGroup label="Suono">
            <MenuItem checked onSelect={close}>
              Acceso
            </MenuItem>
            <MenuItem checked={false} onSelect={close}>
              Spento
            </MenuItem>
          </MenuGroup>
          <MenuItem icon={trash} danger onSelect={close}>
            Elimina
          </MenuItem>
        </Menu>
      </div>
      {open === "dialog" && (
        <Dialog
          title="Tutto pronto per Elisa?"
          subtitle="Controlla immagine e voce."
          onClose={close}
          aside={<span>Elisa è sulla pagina</span>}
          actions={
            <>
              <Button onClick={close}>Annulla</Button>
              <Button kind="primary" icon={video} onClick={close}>
                Entra
              </Button>
            </>
          }
        >
          <p>Elisa riceve l’invito quando entri.</p>
        </Dialog>
      )}
      {open === "drawer" && (
        <Drawer title="Scheda" onClose={close}>
          <p>Elisa Rossi</p>
        </Drawer>
      )}
    </Card>
  );
}

function Views() {
  const [tab, setTab] = useState<"visitor" | "data">("visitor");
  return (
    <Card title="Schede e vuoto">
      <Tabs
        label="Scheda del visitatore"
        tabs={[{ key: "visitor", label: "Visitatore" }, { key: "data", label: "Dati", extra: <span class="muted">2</span> }]}
        selected={tab}
        onSelect={setTab}
      >
        <EmptyState icon={chats} title="Nessuna chat in attesa" hint="Quando arriva un visitatore lo senti e lo vedi qui." />
      </Tabs>
    </Card>
  );
}
