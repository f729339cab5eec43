import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Api } from "../client/api.ts";
import type { OperatorSession } from "../client/protocol.ts";
import { Spinner } from "../ui/Spinner.tsx";
import { Toasts } from "../ui/Toast.tsx";
import { PanelProvider } from "./context.ts";
import { attempt } from "./errors.ts";
import { Login } from "./session/Login.tsx";
import { Panel } from "./panel.ts";
import { PanelView } from "./PanelView.tsx";
import { t } from "./texts.ts";

const api = new Api(location.origin);

/** Whoever is logged in sees the panel, everybody else the login. */
export function App() {
  const panel = useSignal<Panel | null>(null);
  const asked = useSignal(false);
  const ended = useSignal(false);

  const enter = (session: OperatorSession | null) => {
    panel.value?.close();
    panel.value = session && new Panel(session);
    panel.value?.open();
    asked.value = true;
  };
  useEffect(() => {
    void attempt(() => api.session()).then((session) => enter(session ?? null));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once: signals and the API never change
  }, []);
  useSignalEffect(() => {
    if (panel.value?.desk.refusal.value?.code !== "unauthorized") return;
    ended.value = true;
    enter(null);
  });

  const logOut = async (session: OperatorSession) => {
    await attempt(() => api.logOut(session));
    ended.value = false;
    enter(null);
  };
  return (
    <>
      {!asked.value && <Starting />}
      {asked.value && !panel.value && <Login api={api} notice={ended.value ? t("sessionEnded") : null} onLogin={enter} />}
      {panel.value && (
        <PanelProvider value={panel.value}>
          <PanelView onLogOut={logOut} />
        </PanelProvider>
      )}
      <Toasts />
    </>
  );
}

function Starting() {
  return (
    <div class="starting" role="status" aria-label={t("connecting")}>
      <Spinner />
    </div>
  );
}
