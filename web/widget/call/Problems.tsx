import { micOff, videoOff } from "../../ui/icons.ts";
import { Notice } from "../../ui/Notice.tsx";
import { deviceProblemText, screenProblemText } from "./problems.ts";
import type { VisitorCall } from "./visitorCall.ts";

/** What is wrong with the own devices, next to their switches. */
export function Problems({ call: { call } }: { call: VisitorCall }) {
  const { microphone, camera } = call.media;
  const heard = microphone.problem.value;
  const seen = camera.problem.value;
  const shown = call.screenProblem.value && screenProblemText(call.screenProblem.value);
  return (
    <>
      {heard && <Notice tone="warning" icon={micOff}>{deviceProblemText("microphone", heard)}</Notice>}
      {seen && <Notice tone="warning" icon={videoOff}>{deviceProblemText("camera", seen)}</Notice>}
      {shown && <Notice tone="warning">{shown}</Notice>}
    </>
  );
}
