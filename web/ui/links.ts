/** A stretch of a message: plain words, or a web address with where it leads. `at` is its place in the text. */
export interface TextPart {
  at: number;
  text: string;
  href?: string;
}

/** Ends an address before the punctuation that closes a sentence or a bracket around it. */
const address = /\bhttps?:\/\/[^\s<>"]*[^\s<>"'.,;:!?()[\]{}]/gi;

/** Splits a text at its web addresses; only `http` and `https` become links. */
export function links(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(address)) {
    if (!URL.canParse(match[0])) continue;
    if (match.index > end) parts.push({ at: end, text: text.slice(end, match.index) });
    end = match.index + match[0].length;
    parts.push({ at: match.index, text: match[0], href: match[0] });
  }
  if (end < text.length) parts.push({ at: end, text: text.slice(end) });
  return parts;
}
