import { Button } from "../ui/Button.tsx";
import { Spinner } from "../ui/Spinner.tsx";
import { CallBar, CallButton, CallButtonPair } from "../ui/call/CallBar.tsx";
import { DeviceMenu } from "../ui/call/DeviceMenu.tsx";
import { LevelMeter } from "../ui/call/LevelMeter.tsx";
import { Stage, StageWait } from "../ui/call/Stage.tsx";
import { Chip, Tile } from "../ui/call/Tile.tsx";
import { chevronDown, hangUp, mic, micOff, shareScreen, userPlus, video } from "../ui/icons.ts";
import { Card } from "./card.tsx";

const microphones = [
  { deviceId: "default", label: "Predefinito" },
  { deviceId: "headset", label: "Cuffie con un nome piuttosto lungo" },
];

function choose(deviceId: string): void {
  document.body.dataset["device"] = deviceId;
}

export function CallCards() {
  return (
    <>
      <Card title="Chiamata" wide>
        <div class="guide-stage">
          <Stage
            main={<Tile name="Elisa Rossi" speaking quality="good" />}
            side={[<Tile key="paolo" name="Paolo Neri" muted quality="weak" />, <Tile key="sara" name="Sara Conti" reconnecting quality="fair" />]}
            self={<Tile name="Giulia Ferri" self note={<Chip>Marini</Chip>} />}
          />
        </div>
        <div class="guide-stage stage guide-bar">
          <Bar />
        </div>
      </Card>
      <Card title="Attesa">
        <div class="guide-stage">
          <Stage
            main={
              <StageWait>
                <Spinner large />
                <h3 class="h3">In attesa di Elisa</h3>
                <p>L’invito scade fra due minuti.</p>
                <Button>Ritira l’invito</Button>
              </StageWait>
            }
            self={<Tile name="Giulia Ferri" self muted />}
          />
        </div>
      </Card>
      <Card title="Chiamata stretta">
        <div class="guide-stage guide-narrow">
          <Stage
            main={<Tile name="Elisa Rossi" paused quality="weak" />}
            side={[<Tile key="paolo" name="Paolo Neri" paused muted />]}
            self={<Tile name="Giulia Ferri" self />}
          />
        </div>
      </Card>
      <Card title="Livello">
        <div class="row">
          <LevelMeter level={0.55} />
          <span class="tip">Ti sentiamo</span>
        </div>
      </Card>
    </>
  );
}

function Bar() {
  return (
    <CallBar label="Comandi della chiamata">
      <CallButtonPair>
        <CallButton icon={mic} label="Spegni il microfono" />
        <DeviceMenu
          choices={[{ kind: "microphone", devices: microphones, current: "headset", onChoose: choose }]}
          trigger={(trigger) => <CallButton {...trigger} icon={chevronDown} label="Dispositivi" split />}
        />
      </CallButtonPair>
      <CallButton icon={micOff} label="Accendi il microfono" state="off" />
      <CallButton icon={video} label="Spegni la videocamera" />
      <CallButton icon={shareScreen} label="Smetti di mostrare" state="on" />
      <CallButton icon={userPlus} label="Invita" disabledReason="Siete già in tre" />
      <CallButton icon={hangUp} label="Chiudi la chiamata" state="end">
        Chiudi chiamata
      </CallButton>
    </CallBar>
  );
}
