import type { ComponentChildren } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import { Avatar } from "../Avatar.tsx";
import { Icon } from "../Icon.tsx";
import { desktop, micOff, pause } from "../icons.ts";
import { t } from "../i18n/texts.ts";
import { neededHeight, PictureViewsContext } from "./pictures.ts";
import "./Tile.css";

export type Quality = "good" | "fair" | "weak";

interface TileProps {
  name: string;
  /** Whose tile it is, as the call knows the person. */
  identity?: string | undefined;
  /** The picture; without it the tile shows the initials. */
  stream?: MediaStream | null | undefined;
  /** The own line has no room for the picture: initials and words take its place. */
  paused?: boolean;
  /** Whole and unmirrored for a shared screen, else cropped like a face. */
  screen?: boolean;
  /** The own picture, mirrored and named "Tu". */
  self?: boolean;
  muted?: boolean;
  speaking?: boolean;
  quality?: Quality | undefined;
  /** The connection is being mended; the last frame stays. */
  reconnecting?: boolean;
  /** A chip at the top left. */
  note?: ComponentChildren;
}

/** One person, or one shared screen, in a call. Sound does not come from here. */
export function Tile(props: TileProps) {
  const { name, identity, stream, paused = false, screen = false, self = false, muted = false, speaking = false, quality, reconnecting = false, note } = props;
  const classes = ["tile", paused && "tile-paused", screen && "tile-screen", self && !screen && "tile-mirrored", speaking && "tile-speaking"];
  return (
    <figure
      class={classes.filter(Boolean).join(" ")}
      data-testid="tile"
      data-identity={identity}
      data-kind={screen ? "screen" : self ? "self" : "camera"}
      data-speaking={speaking}
      data-muted={muted}
    >
      {/* A paused picture stays in place unseen: while its height is known, it comes back as soon as there is room. */}
      {stream && <Picture stream={stream} name={name} />}
      {paused ? <PausedFace name={name} screen={screen} /> : !stream && <Face name={name} />}
      <div class="tile-note">{reconnecting ? <Chip>{t("reconnecting")}</Chip> : note}</div>
      {quality && <QualityChip quality={quality} />}
      <figcaption class="chip tile-name">
        {speaking && <SpeakingBars />}
        {muted && <Icon of={micOff} size="xs" label={t("micOff")} />}
        <span class="trunc">{self ? t("you") : name}</span>
        {speaking && <span class="vh">, {t("speaking")}</span>}
      </figcaption>
    </figure>
  );
}

function Picture({ stream, name }: { stream: MediaStream; name: string }) {
  const video = useRef<HTMLVideoElement>(null);
  const views = useContext(PictureViewsContext);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    const observer = new ResizeObserver(() => views?.show(element, stream, neededHeight(element)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      views?.hide(element);
      element.srcObject = null;
    };
  }, [stream, views]);
  return <video ref={video} autoplay playsInline muted disablePictureInPicture aria-label={name} />;
}

function Face({ name }: { name: string }) {
  return (
    <div class="tile-face">
      <Avatar name={name} size="xl" />
      <span class="vh">{t("cameraOff")}</span>
    </div>
  );
}

function PausedFace({ name, screen }: { name: string; screen: boolean }) {
  return (
    <div class="tile-face">
      {screen ? (
        <span class="av av-xl">
          <Icon of={desktop} size="l" />
        </span>
      ) : (
        <Avatar name={name} size="xl" />
      )}
      <p class="tile-pause" data-testid="paused">
        <Icon of={pause} size="s" />
        <span>{t(screen ? "screenPaused" : "cameraPaused")}</span>
      </p>
    </div>
  );
}

/** A word on the dark of a picture. */
export function Chip({ children }: { children: ComponentChildren }) {
  return <span class="chip">{children}</span>;
}

function SpeakingBars() {
  return (
    <span class="bars" aria-hidden>
      <i />
      <i />
      <i />
    </span>
  );
}

const litBars = { good: 4, fair: 3, weak: 2 };

/** A connection's quality in bars, beside the word for it. */
export function SignalBars({ quality }: { quality: Quality }) {
  return (
    <span class="sig" aria-hidden>
      {[0, 1, 2, 3].map((bar) => (
        <i key={bar} class={bar < litBars[quality] ? "" : "off"} />
      ))}
    </span>
  );
}

function QualityChip({ quality }: { quality: Quality }) {
  const level = t({ good: "qualityGood", fair: "qualityFair", weak: "qualityWeak" }[quality] as "qualityGood");
  return (
    <div class={`chip tile-quality quality-${quality}`} role="img" aria-label={t("quality", { level })} title={t("quality", { level })}>
      <SignalBars quality={quality} />
      <span class="quality-word">{level}</span>
    </div>
  );
}
