/** The few words of SDP that a client must read or change itself: ICE credentials (RFC 8839, 5.4). */

export interface IceCredentials {
  ufrag: string;
  password: string;
}

/** The credentials of a description or fragment; with BUNDLE all media sections have the same. */
export function iceCredentials(sdp: string): IceCredentials {
  const ufrag = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];
  const password = /^a=ice-pwd:(\S+)/m.exec(sdp)?.[1];
  if (ufrag === undefined || password === undefined) throw new SyntaxError("The description has no ICE credentials");
  return { ufrag, password };
}

/** The body of an ICE restart (RFC 8840, 9). */
export function iceFragment({ ufrag, password }: IceCredentials): string {
  return `a=ice-ufrag:${ufrag}\r\na=ice-pwd:${password}\r\n`;
}

/** The description with other credentials: after an ICE restart all else stays as it was negotiated. */
export function withIceCredentials(sdp: string, { ufrag, password }: IceCredentials): string {
  // Replacer functions, because credentials may contain what replacement texts give a meaning to.
  return sdp
    .replace(/^a=ice-ufrag:\S+/gm, () => `a=ice-ufrag:${ufrag}`)
    .replace(/^a=ice-pwd:\S+/gm, () => `a=ice-pwd:${password}`);
}
