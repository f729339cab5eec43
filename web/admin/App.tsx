import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Api } from "../client/api.ts";
import type { OperatorSession } from "../client/protocol.ts";
import { EmptyState } from "../ui/Empty.tsx";
import { Icon } from "../ui/Icon.tsx";
import { chats, layers, lock, signOut, link } from "../ui/icons.ts";
import { Toasts } from "../ui/Toast.tsx";
import { attempt } from "../operator/errors.ts";
import { Logo } from "../operator/Logo.tsx";
import { Login } from "../operator/session/Login.tsx";
import { AdminApi } from "./api.ts";
import { Groups } from "./Groups.tsx";
import { Keys } from "./Keys.tsx";
import { t } from "./texts.ts";
import "./App.css";

const api = new Api(location.origin);
type Section = "groups" | "keys";

/** The administration, for administrators who are logged in. */
export function App() {
  const session = useSignal<OperatorSession | null | undefined>(undefined);
  useEffect(() => {
    document.title = t("title");
    void attempt(() => api.session()).then((found) => (session.value = found ?? null));
  }, [session]);
  const logOut = async (own: OperatorSession) => {
    await attempt(() => api.logOut(own));
    session.value = null;
  };
  const own = session.value;
  return (
    <>
      {own === null && <Login api={api} notice={null} onLogin={(entered) => (session.value = entered)} />}
      {own && (own.role === "administrator" ? <Administration session={own} onLogOut={() => void logOut(own)} /> : <NotForYou />)}
      <Toasts />
    </>
  );
}

function NotForYou() {
  return (
    <main class="login">
      <EmptyState icon={lock} title={t("onlyAdministrators")} hint={t("onlyAdministratorsHint")}>
        <a class="btn btn-primary" href="/operator/">
          {t("panel")}
        </a>
      </EmptyState>
    </main>
  );
}

function Administration({ session, onLogOut }: { session: OperatorSession; onLogOut: () => void }) {
  const section = useSignal<Section>("groups");
  const admin = new AdminApi(session);
  const item = (key: Section, icon: string, label: string) => (
    <button type="button" class="side-item" aria-current={section.value === key ? "page" : undefined} onClick={() => (section.value = key)}>
      <Icon of={icon} /> {label}
    </button>
  );
  return (
    <div class="admin">
      <nav class="side" aria-label={t("sections")}>
        <div class="side-head">
          <Logo />
          <div>
            <b class="h3">{session.company}</b>
            <p class="tip">{t("administration")}</p>
          </div>
        </div>
        {item("groups", layers, t("groups"))}
        {item("keys", link, t("keys"))}
        <span class="grow" />
        <a class="side-item" href="/operator/">
          <Icon of={chats} /> {t("panel")}
        </a>
        <button type="button" class="side-item" onClick={onLogOut}>
          <Icon of={signOut} /> {t("logOut")}
        </button>
      </nav>
      <main class="admin-main">{section.value === "groups" ? <Groups api={admin} account={session.account} company={session.company} /> : <Keys api={admin} />}</main>
    </div>
  );
}
