/** The group's launcher, as the widget's config.json names it. */
export interface Look {
  corner: "left" | "right";
  shape: "round" | "square";
  brand: string;
  brand_contrast: string;
}

/**
 * Adopted rather than a `<style>`, which a host page's strict content security policy would refuse.
 * For the same reason the bubble and the arrow of the launcher are borders, not pictures.
 */
const styles = `:host{all:initial;position:fixed;z-index:99999999;inset:auto var(--r,24px) 24px var(--l,auto)}
:host(:not([class])){visibility:hidden}
:host(.left){--r:auto;--l:24px}
button{display:block;width:60px;height:60px;border:0;border-radius:50%;background:var(--b);color:var(--c);cursor:pointer;box-shadow:0 8px 24px #0003}
button:before{content:"";display:block;margin:auto;width:21px;height:21px;border:2px solid;border-radius:50% 50% 50% 3px}
:host(.open) button:before{width:12px;height:12px;border-width:0 2px 2px 0;border-radius:0;rotate:45deg}
:host(.square) button{border-radius:12px}
:focus-visible{outline:2px solid;outline-offset:-5px}
b{position:absolute;top:-2px;right:-2px;padding:0 7px;border-radius:10px;background:#b32;color:#fff;font:600 11px/20px arial;outline:2px solid}
iframe{position:fixed;inset:0;width:100%;height:100%;border:0;background:#fff;box-shadow:0 8px 24px #0003}
@media(width<760px){:host(.open) button{display:none}}
@media(width>=760px){:host(:not(.full)) iframe{inset:auto var(--r,24px) 100px var(--l,auto);width:384px;height:min(736px,100vh - 124px);border-radius:12px}}`;

export interface Panel {
  shown(): boolean;
  /** The frame's window, once it is made. */
  frameWindow: () => Window | null | undefined;
  /** Shows the launcher in its group's colours; until then it is invisible, so that nothing jumps. */
  dress(look: Look): void;
  load(address: string): void;
  show(shown: boolean): void;
  expand(expanded: boolean): void;
  count(unread: number): void;
}

/** Puts launcher and frame into a shadow root that the host page neither styles nor reads. */
export function createPanel(onToggle: () => void): Panel {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "closed" });
  const button = document.createElement("button");
  const badge = document.createElement("b");
  let frame: HTMLIFrameElement | undefined;
  let shown = false;
  let waiting = 0;

  const draw = () => {
    const count = shown ? 0 : waiting;
    // One name in every language; that it opens and closes is said by `aria-expanded`.
    button.ariaLabel = count ? `Chat, ${count}` : "Chat";
    button.ariaExpanded = String(shown);
    badge.textContent = String(count);
    badge.hidden = !count;
  };
  adoptStyles(root);
  button.append(badge);
  button.onclick = onToggle;
  root.append(button);
  host.dataset["testid"] = "launcher";
  draw();
  document.body.append(host);

  return {
    shown: () => shown,
    frameWindow: () => frame?.contentWindow,
    dress(look) {
      host.style.setProperty("--b", look.brand);
      host.style.setProperty("--c", look.brand_contrast);
      host.classList.add(look.shape, look.corner);
    },
    load(address) {
      if (frame) return;
      frame = createFrame(address);
      frame.hidden = true;
      root.append(frame);
    },
    show(next) {
      const focused = root.activeElement;
      shown = next;
      host.classList.toggle("open", shown);
      if (frame) frame.hidden = !shown;
      draw();
      if (shown) frame?.focus();
      else if (focused) button.focus();
    },
    expand: (expanded) => void host.classList.toggle("full", expanded),
    count(unreadMessages) {
      waiting = unreadMessages;
      draw();
    },
  };
}

function adoptStyles(root: ShadowRoot): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];
}

function createFrame(address: string): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.allow = "camera; microphone; display-capture; autoplay; fullscreen; picture-in-picture; clipboard-write";
  frame.title = "Chat";
  frame.src = address;
  return frame;
}
