/** What a user agent says in plain words. Null where it does not say. */
export interface Browser {
  /** `Windows`, `iPhone`, `Android`: the system, or the device that implies it. */
  system: string | null;
  /** `Chrome 141`. */
  browser: string | null;
  mobile: boolean;
}

/** The first that matches counts: an iPad's agent names macOS too, an Android's names Linux too. */
const systems: readonly [RegExp, string][] = [
  [/iPhone|iPod/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/Linux|X11/, "Linux"],
];

/** The first that matches counts: nearly all agents name Safari, and most of the others name Chrome. */
const browsers: readonly [RegExp, string][] = [
  [/\b(?:EdgiOS|EdgA|Edg)\/(\d+)/, "Edge"],
  [/\b(?:OPR|OPiOS|Opera)\/(\d+)/, "Opera"],
  [/\bSamsungBrowser\/(\d+)/, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/, "Chrome"],
  [/\bVersion\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari\//, "Safari"],
];

/** Reads a `User-Agent`. Versions of systems are left out: browsers froze them, so they would mislead. */
export function readUserAgent(agent: string): Browser {
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1] ?? null;
  const mobile = /iPhone|iPod|iPad|Mobile|Android/.test(agent);
  for (const [pattern, name] of browsers) {
    const version = pattern.exec(agent)?.[1];
    if (version !== undefined) return { system, browser: `${name} ${version}`, mobile };
  }
  return { system, browser: null, mobile };
}
