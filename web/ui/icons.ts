/**
 * Path data of the icons: a 24 x 24 grid, drawn with a 1.75 stroke and round ends.
 *
 * Each is a constant of its own, so that a bundle carries only those it draws.
 */
export const arrow = "M5 12h14M13 6l6 6-6 6";
export const bell = "M6 9a6 6 0 0 1 12 0c0 6 2.5 7.5 2.5 7.5h-17S6 15 6 9M10 20.5a2.2 2.2 0 0 0 4 0";
export const bold = "M7 4.5h6a3.7 3.7 0 0 1 0 7.5H7ZM7 12h7a3.8 3.8 0 0 1 0 7.5H7Z";
export const bolt = "M13 2.5 4.5 13.5h6.5L10 21.5l9-11.5h-6.5Z";
export const book = "M12 6.5c-2-1.7-5-2-9-2v14c4 0 7 .3 9 2 2-1.7 5-2 9-2v-14c-4 0-7 .3-9 2ZM12 6.5v14";
export const bot =
  "M6 8.5h12a2 2 0 0 1 2 2v7.5a2 2 0 0 1 -2 2h-12a2 2 0 0 1 -2 -2v-7.5a2 2 0 0 1 2 -2ZM12 8.5V4.5H9M2 14v2M22 14v2M9 13v2M15 13v2";
export const buttons =
  "M6 4.5h12a3 3 0 0 1 3 3a3 3 0 0 1 -3 3h-12a3 3 0 0 1 -3 -3a3 3 0 0 1 3 -3ZM6 14h5a3 3 0 0 1 3 3a3 3 0 0 1 -3 3h-5a3 3 0 0 1 -3 -3a3 3 0 0 1 3 -3Z";
export const calendar =
  "M5.5 4.5h13a2 2 0 0 1 2 2v12.5a2 2 0 0 1 -2 2h-13a2 2 0 0 1 -2 -2v-12.5a2 2 0 0 1 2 -2ZM3.5 10h17M8 2.5v4M16 2.5v4";
export const chart = "M4 20.5h16.5M7 16.5v-5M12 16.5v-11M17 16.5v-8";
export const chat = "M21 11.5a8.4 8.4 0 0 1-12.2 7.5L3.5 20.5 5 15.2A8.4 8.4 0 1 1 21 11.5Z";
export const chats =
  "M14.5 9.5a2 2 0 0 1-2 2H7L3.5 14.5v-10a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2ZM18 8.5h.5a2 2 0 0 1 2 2v10.5L17 18h-5.5a2 2 0 0 1-2-2v-1";
export const check = "M5 12.5 9.5 17 19 7.5";
export const checkCircle =
  "M2.75 12a9.25 9.25 0 1 0 18.5 0a9.25 9.25 0 1 0 -18.5 0ZM8 12.3l2.7 2.7L16 9.5";
export const checkDouble = "M2 12.5 6.5 17 16 7.5M12 16l1 1L22 7.5";
export const chevronDown = "M6 9l6 6 6-6";
export const chevronLeft = "M15 6l-6 6 6 6";
export const chevronRight = "M9 6l6 6-6 6";
export const clock = "M2.75 12a9.25 9.25 0 1 0 18.5 0a9.25 9.25 0 1 0 -18.5 0ZM12 7v5l3.5 2";
export const closeChat =
  "M20.5 15a2 2 0 0 1-2 2H8l-4.5 4V5a2 2 0 0 1 2-2h13a2 2 0 0 1 2 2ZM9.7 7.7l4.6 4.6M14.3 7.7l-4.6 4.6";
export const copy =
  "M11 9h8a2 2 0 0 1 2 2v8a2 2 0 0 1 -2 2h-8a2 2 0 0 1 -2 -2v-8a2 2 0 0 1 2 -2ZM5 15H4.5A1.5 1.5 0 0 1 3 13.5v-9A1.5 1.5 0 0 1 4.5 3h9A1.5 1.5 0 0 1 15 4.5V5";
export const cross = "M18 6 6 18M6 6l12 12";
export const crossCircle = "M2.75 12a9.25 9.25 0 1 0 18.5 0a9.25 9.25 0 1 0 -18.5 0ZM15 9l-6 6M9 9l6 6";
export const dashboard =
  "M5 3.5h4a1.5 1.5 0 0 1 1.5 1.5v5.5a1.5 1.5 0 0 1 -1.5 1.5h-4a1.5 1.5 0 0 1 -1.5 -1.5v-5.5a1.5 1.5 0 0 1 1.5 -1.5ZM15 3.5h4a1.5 1.5 0 0 1 1.5 1.5v2a1.5 1.5 0 0 1 -1.5 1.5h-4a1.5 1.5 0 0 1 -1.5 -1.5v-2a1.5 1.5 0 0 1 1.5 -1.5ZM15 12h4a1.5 1.5 0 0 1 1.5 1.5v5.5a1.5 1.5 0 0 1 -1.5 1.5h-4a1.5 1.5 0 0 1 -1.5 -1.5v-5.5a1.5 1.5 0 0 1 1.5 -1.5ZM5 15.5h4a1.5 1.5 0 0 1 1.5 1.5v2a1.5 1.5 0 0 1 -1.5 1.5h-4a1.5 1.5 0 0 1 -1.5 -1.5v-2a1.5 1.5 0 0 1 1.5 -1.5Z";
export const desktop =
  "M5 4h14a2 2 0 0 1 2 2v8.5a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-8.5a2 2 0 0 1 2 -2ZM8 20.5h8M12 16.5v4";
export const door = "M4.5 21h15M6.5 21V5a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v16M14 12v.01";
export const download = "M12 3.5v12M7 11l5 5 5-5M4 20.5h16";
export const edit = "M17 3.5a2.5 2.5 0 0 1 3.5 3.5L8 19.5l-5 1.5 1.5-5Z";
export const externalLink =
  "M14 4h6v6M20 4l-9 9M18 14v4a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h4";
export const eye =
  "M2.5 12s3-7 9.5-7 9.5 7 9.5 7-3 7-9.5 7-9.5-7-9.5-7ZM9 12a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z";
export const eyeOff =
  "M10.6 5.2A9.7 9.7 0 0 1 12 5c6.5 0 9.5 7 9.5 7a16 16 0 0 1-2.2 3.2M6.5 6.6C3.8 8.3 2.5 12 2.5 12s3 7 9.5 7a9.5 9.5 0 0 0 5.4-1.6M9.9 9.9a3 3 0 0 0 4.2 4.2M3 3l18 18";
export const file =
  "M14 2.5H6.5a2 2 0 0 0-2 2v15a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V8ZM14 2.5V8h5.5M8.5 13h7M8.5 17h5";
export const filter = "M3.5 6h17M7 12h10M10.5 18h3";
export const forward = "M15 14l5-5-5-5M4 20v-7a4 4 0 0 1 4-4h12";
export const globe =
  "M2.75 12a9.25 9.25 0 1 0 18.5 0a9.25 9.25 0 1 0 -18.5 0ZM2.75 12h18.5M12 2.75a14 14 0 0 1 0 18.5 14 14 0 0 1 0-18.5Z";
export const hangUp =
  "M3 15.5c-1-1-1-2.5 0-3.6a13 13 0 0 1 18 0c1 1.1 1 2.6 0 3.6l-.9.8a1.5 1.5 0 0 1-1.8.1l-2.1-1.4a1.5 1.5 0 0 1-.7-1.3v-1.5a13 13 0 0 0-7 0v1.5a1.5 1.5 0 0 1-.7 1.3l-2.1 1.4a1.5 1.5 0 0 1-1.8-.1Z";
export const help =
  "M2.75 12a9.25 9.25 0 1 0 18.5 0a9.25 9.25 0 1 0 -18.5 0ZM9.2 9.2a2.9 2.9 0 0 1 5.6 1c0 1.9-2.8 2.8-2.8 2.8M12 17v.01";
export const home = "M3.5 10.5l8.5-7 8.5 7V19a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2ZM9.5 21v-7h5v7";
export const image =
  "M5 3.5h14a2 2 0 0 1 2 2v13a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-13a2 2 0 0 1 2 -2ZM6.75 9a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0 -3.5 0ZM21 15.5l-4.5-4.5L5.5 20.5";
export const inbox =
  "M21.5 12.5h-6l-1.5 3h-4l-1.5-3h-6M6 4.5 2.5 12.5V18a2 2 0 0 0 2 2h15a2 2 0 0 0 2-2v-5.5L18 4.5Z";
export const info = "M2.75 12a9.25 9.25 0 1 0 18.5 0a9.25 9.25 0 1 0 -18.5 0ZM12 11.5v5M12 8v.01";
export const italic = "M18.5 4.5h-8M13.5 19.5h-8M14.5 4.5l-5 15";
export const language =
  "M4 5.5h9M8.5 3v2.5M6 5.5c.5 4 3 7 6 8.5M11 5.5c-.5 4-3 7-7 8.5M12.5 20.5l4-9.5 4 9.5M14 17.5h5";
export const layers = "M12 3l9 5-9 5-9-5ZM3.5 12.5l8.5 4.7 8.5-4.7M3.5 16.5 12 21.2l8.5-4.7";
export const link =
  "M10 13.5a4.5 4.5 0 0 0 6.7.5l2.9-2.9a4.5 4.5 0 0 0-6.4-6.4l-1.6 1.6M14 10.5a4.5 4.5 0 0 0-6.7-.5l-2.9 2.9a4.5 4.5 0 0 0 6.4 6.4l1.6-1.6";
export const lock =
  "M6 11h12a2 2 0 0 1 2 2v6a2 2 0 0 1 -2 2h-12a2 2 0 0 1 -2 -2v-6a2 2 0 0 1 2 -2ZM8 11V7.5a4 4 0 0 1 8 0V11";
export const mail =
  "M4.5 4.5h15a2 2 0 0 1 2 2v11a2 2 0 0 1 -2 2h-15a2 2 0 0 1 -2 -2v-11a2 2 0 0 1 2 -2ZM21.5 7.5l-9.5 6-9.5-6";
export const maximize = "M14.5 4H20v5.5M20 4l-6.5 6.5M9.5 20H4v-5.5M4 20l6.5-6.5";
export const mic =
  "M12 2.5a3 3 0 0 1 3 3v6a3 3 0 0 1 -3 3a3 3 0 0 1 -3 -3v-6a3 3 0 0 1 3 -3ZM5 11v.5a7 7 0 0 0 14 0V11M12 18.5v3";
export const micOff =
  "M3 3l18 18M15 9.5v-4a3 3 0 0 0-5.7-1.3M9 9v2.5a3 3 0 0 0 4.5 2.6M5 11v.5a7 7 0 0 0 11.5 5.4M19 11v.5a7 7 0 0 1-.6 2.8M12 18.5v3";
export const minus = "M5 12h14";
export const mobile =
  "M8.5 2.5h7a2 2 0 0 1 2 2v15a2 2 0 0 1 -2 2h-7a2 2 0 0 1 -2 -2v-15a2 2 0 0 1 2 -2ZM11 18h2";
export const moon = "M20.5 14A8.75 8.75 0 1 1 10 3.5a7 7 0 0 0 10.5 10.5Z";
export const more =
  "M5.1 12a0.4 0.4 0 1 0 0.8 0a0.4 0.4 0 1 0 -0.8 0ZM11.6 12a0.4 0.4 0 1 0 0.8 0a0.4 0.4 0 1 0 -0.8 0ZM18.1 12a0.4 0.4 0 1 0 0.8 0a0.4 0.4 0 1 0 -0.8 0Z";
export const offline =
  "M3 3l18 18M5 12.5a10 10 0 0 1 5-2.6M19 12.5a10 10 0 0 0-2-1.5M8.5 16a5 5 0 0 1 7 0M2 8.8a15 15 0 0 1 4.2-2.6M22 8.8a15 15 0 0 0-11.3-3.7M12 20v.01";
export const palette =
  "M12 2.75a9.25 9.25 0 1 0 0 18.5c1.5 0 2-1 2-2 0-1.4-1-1.6-1-2.75 0-1.3 1-2 2.3-2h2.2a3.75 3.75 0 0 0 3.75-3.75c0-4.5-4.1-8-9.25-8ZM7.5 12v.01M9.5 7.8v.01M14.5 7.5v.01";
export const paperclip =
  "M20.5 11.5l-8.6 8.6a5.5 5.5 0 0 1-7.8-7.8l8.7-8.7a3.7 3.7 0 0 1 5.2 5.2l-8.6 8.6a1.8 1.8 0 0 1-2.6-2.6l8-8";
export const pause = "M2.75 12a9.25 9.25 0 1 0 18.5 0a9.25 9.25 0 1 0 -18.5 0ZM10 9v6M14 9v6";
export const phone =
  "M21.5 16.6v2.8a2 2 0 0 1-2.2 2A18.6 18.6 0 0 1 2.6 4.7a2 2 0 0 1 2-2.2h2.8a2 2 0 0 1 2 1.7c.1.9.4 1.8.7 2.7a2 2 0 0 1-.5 2.1L8.4 10.2a15 15 0 0 0 5.4 5.4l1.2-1.2a2 2 0 0 1 2.1-.5c.9.3 1.8.6 2.7.7a2 2 0 0 1 1.7 2Z";
export const pictureInPicture =
  "M21 10V6a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h4M14 13h5.5a1.5 1.5 0 0 1 1.5 1.5v4a1.5 1.5 0 0 1 -1.5 1.5h-5.5a1.5 1.5 0 0 1 -1.5 -1.5v-4a1.5 1.5 0 0 1 1.5 -1.5Z";
export const pin =
  "M19.5 10c0 5.5-7.5 11.5-7.5 11.5S4.5 15.5 4.5 10a7.5 7.5 0 0 1 15 0ZM9.25 10a2.75 2.75 0 1 0 5.5 0a2.75 2.75 0 1 0 -5.5 0Z";
export const plus = "M12 5v14M5 12h14";
export const pointer = "M4 4l6 16 2.5-6.5L19 11Z";
export const refresh =
  "M3.5 12a8.5 8.5 0 0 1 14.5-6l2.5 2.5M20.5 3.5v5h-5M20.5 12a8.5 8.5 0 0 1-14.5 6l-2.5-2.5M3.5 20.5v-5h5";
export const search = "M4 11a7 7 0 1 0 14 0a7 7 0 1 0 -14 0ZM20.5 20.5l-4.5-4.5";
export const send =
  "M20.9 3.1 3.5 9.3a.6.6 0 0 0 0 1.1l7 2.9 2.9 7a.6.6 0 0 0 1.1 0ZM10.6 13.3l4.4-4.3";
export const shareScreen =
  "M13 4H5a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2v-3M8 21h8M12 17v4M21 3l-6 6M16.5 3H21v4.5";
export const shield = "M20 12.5c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9v-7L12 2.5l8 3ZM9 11.5l2.2 2.2L15.3 9.5";
export const signOut = "M9.5 21H5.5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4M16 16.5 20.5 12 16 7.5M20.5 12h-11";
export const sliders =
  "M4 7h9M17 7h3M4 17h3M11 17h9M13 7a2 2 0 1 0 4 0a2 2 0 1 0 -4 0ZM7 17a2 2 0 1 0 4 0a2 2 0 1 0 -4 0Z";
export const smile =
  "M2.75 12a9.25 9.25 0 1 0 18.5 0a9.25 9.25 0 1 0 -18.5 0ZM8 14.2s1.4 2 4 2 4-2 4-2M9 9.5v.01M15 9.5v.01";
export const star = "M12 3l2.8 5.7 6.2.9-4.5 4.4 1.1 6.2-5.6-3-5.6 3 1.1-6.2L3 9.6l6.2-.9Z";
export const stopSharing =
  "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-9a2 2 0 0 1 2 -2ZM8 21h8M12 17v4M9.7 8.2l4.6 4.6M14.3 8.2l-4.6 4.6";
export const tag =
  "M12.6 3H4.5A1.5 1.5 0 0 0 3 4.5v8.1a2 2 0 0 0 .6 1.4l6.9 6.9a2 2 0 0 0 2.8 0l7.6-7.6a2 2 0 0 0 0-2.8L14 3.6A2 2 0 0 0 12.6 3ZM8 8v.01";
export const thumbDown =
  "M17 13.5v-10M9.5 18l1-4.5H5.2A2 2 0 0 1 3.3 11l1.8-6A2 2 0 0 1 7 3.5h12a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2h-2.3L13 21a2.9 2.9 0 0 1-3.5-3Z";
export const thumbUp =
  "M7 10.5v10M14.5 6l-1 4.5h5.3a2 2 0 0 1 1.9 2.5l-1.8 6a2 2 0 0 1-1.9 1.5H5a2 2 0 0 1-2-2v-6a2 2 0 0 1 2-2h2.3L11 3a2.9 2.9 0 0 1 3.5 3Z";
export const trash =
  "M3.5 6h17M18.5 6v13a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2V6M8.5 6V4.5a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2V6";
export const trend = "M15.5 7H21v5.5M21 7l-8 8-4-4-6 6";
export const underline = "M6.5 4v6.5a5.5 5.5 0 0 0 11 0V4M5 20.5h14";
export const user = "M8 8a4 4 0 1 0 8 0a4 4 0 1 0 -8 0ZM4.5 20.5a7.5 7.5 0 0 1 15 0";
export const userPlus = "M5.5 8a4 4 0 1 0 8 0a4 4 0 1 0 -8 0ZM2.5 20.5a7 7 0 0 1 14 0M19 8v6M16 11h6";
export const users =
  "M5.25 8a3.75 3.75 0 1 0 7.5 0a3.75 3.75 0 1 0 -7.5 0ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.6a3.75 3.75 0 0 1 0 6.8M18 14a6.5 6.5 0 0 1 3.5 6";
export const video =
  "M16 10.5l4.7-3.1a.5.5 0 0 1 .8.4v8.4a.5.5 0 0 1-.8.4L16 13.5M4.5 6h9.5a2 2 0 0 1 2 2v8a2 2 0 0 1 -2 2h-9.5a2 2 0 0 1 -2 -2v-8a2 2 0 0 1 2 -2Z";
export const videoOff =
  "M10.7 6H14a2 2 0 0 1 2 2v2.5l4.7-3.1a.5.5 0 0 1 .8.4v8.4M16 16v0a2 2 0 0 1-2 2H4.5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2H6M3 3l18 18";
export const volume = "M11 5 6.5 9H3v6h3.5L11 19ZM15.5 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11";
export const warning =
  "M13.7 4l7.5 13.5a2 2 0 0 1-1.7 3h-15a2 2 0 0 1-1.7-3L10.3 4a2 2 0 0 1 3.4 0ZM12 9.5v4M12 17v.01";
