const gap = 6;
const edge = 8;

/** Puts a fixed element below its anchor, or above where there is more room, inside the window. */
export function placeBeside(floating: HTMLElement, anchor: HTMLElement): void {
  const around = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = floating;
  const below = around.bottom + gap;
  const fitsBelow = below + height <= innerHeight - edge;
  const top = fitsBelow ? below : Math.max(edge, around.top - gap - height);
  const left = Math.max(edge, Math.min(around.left, innerWidth - edge - width));
  floating.style.left = `${left}px`;
  floating.style.top = `${top}px`;
}
