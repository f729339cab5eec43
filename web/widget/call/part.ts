/** Everything about calls, in one file of its own that is loaded when a call is near. */
export { CallHead } from "./CallHead.tsx";
export { CallStage } from "./CallStage.tsx";
export { InvitationCard } from "./InvitationCard.tsx";
export { RejoinCard } from "./RejoinCard.tsx";
export { VisitorCall } from "./visitorCall.ts";
