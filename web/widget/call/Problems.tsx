import { micOff, videoOff } from "../../ui/icons.ts";
import { LineNotice } from "../../ui/call/LineNotice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { deviceProblemText, screenProblemText } from "./problems.ts";
import type { VisitorCall } from "./visitorCall.ts";

/** What is wrong with the own line and devices, next to the switches. */
export function Problems({ call: { call, audioOnly } }: { call: VisitorCall }) {
  const { microphone, camera } = call.media;
  const heard = microphone.problem.value;
  const seen = camera.problem.value;
  const shown = call.screenProblem.value && screenProblemText(call.screenProblem.value);
  return (
    <>
      {!audioOnly && <LineNotice call={call} />}
      {heard && <Notice tone="warning" icon={micOff}>{deviceProblemText("microphone", heard)}</Notice>}
      {seen && <Notice tone="warning" icon={videoOff}>{deviceProblemText("camera", seen)}</Notice>}
      {shown && <Notice tone="warning">{shown}</Notice>}
    </>
  );
}
