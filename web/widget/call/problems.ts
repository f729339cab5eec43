import type { DeviceProblem } from "../../client/call/device.ts";
import { t } from "./texts.ts";

const camera = { denied: "cameraDenied", missing: "cameraMissing", busy: "cameraBusy", lost: "cameraLost", insecure: "cameraInsecure" } as const;
const microphone = {
  denied: "microphoneDenied",
  missing: "microphoneMissing",
  busy: "microphoneBusy",
  lost: "microphoneLost",
  insecure: "microphoneInsecure",
} as const;

/** Why a device is off, and what the visitor can do. */
export function deviceProblemText(kind: "camera" | "microphone", problem: DeviceProblem): string {
  return t(kind === "camera" ? camera[problem] : microphone[problem]);
}

/** Why the screen is not shown; nothing for a visitor who changed his mind. */
export function screenProblemText(problem: DeviceProblem | "taken"): string | null {
  if (problem === "denied") return null;
  return t(problem === "taken" ? "screenTaken" : "screenFailed");
}
