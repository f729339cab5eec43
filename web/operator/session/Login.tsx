import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Api } from "../../client/api.ts";
import { codeOf } from "../../client/errors.ts";
import type { OperatorSession } from "../../client/protocol.ts";
import { Button } from "../../ui/Button.tsx";
import { TextInput } from "../../ui/Field.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { errorText, retryAfterS } from "../errors.ts";
import { Logo } from "../Logo.tsx";
import { t } from "../texts.ts";
import "./Login.css";

interface LoginProps {
  api: Api;
  /** Why one is asked to log in again. */
  notice: string | null;
  onLogin: (session: OperatorSession) => void;
}

interface Mistakes {
  email?: string;
  password?: string;
  /** What concerns neither field. */
  form?: string;
}

/** Mail and password; each error stands next to its cause. */
export function Login({ api, notice, onLogin }: LoginProps) {
  const email = useSignal("");
  const password = useSignal("");
  const busy = useSignal(false);
  const mistakes = useSignal<Mistakes>({});
  const passwordInput = useRef<HTMLInputElement>(null);

  const submit = async () => {
    mistakes.value = missing(email.value, password.value);
    if (mistakes.value.email || mistakes.value.password) return;
    busy.value = true;
    try {
      onLogin(await api.logIn({ email: email.value.trim(), password: password.value }));
    } catch (error) {
      mistakes.value = mistakesOf(error);
      passwordInput.current?.select();
    }
    busy.value = false;
  };
  return (
    <main class="login">
      <form
        class="login-card card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Logo size={40} />
        <div>
          <h1 class="h1">{t("loginTitle")}</h1>
          <p class="muted small">{t("loginHint")}</p>
        </div>
        {notice && <Notice>{notice}</Notice>}
        <TextInput data-testid="login-email" label={t("email")} type="email" name="email" autoComplete="username" value={email.value} error={mistakes.value.email} onValue={(value) => (email.value = value)} />
        <TextInput data-testid="login-password" label={t("password")} type="password" name="password" autoComplete="current-password" inputRef={passwordInput} value={password.value} error={mistakes.value.password} onValue={(value) => (password.value = value)} />
        {mistakes.value.form && (
          <Notice tone="warning" assertive>
            {mistakes.value.form}
          </Notice>
        )}
        <Button type="submit" kind="primary" size="l" block busy={busy.value} data-testid="login-submit">
          {t("logIn")}
        </Button>
      </form>
    </main>
  );
}

function missing(email: string, password: string): Mistakes {
  return {
    ...(email.trim() === "" && { email: t("emailMissing") }),
    ...(password === "" && { password: t("passwordMissing") }),
  };
}

function mistakesOf(error: unknown): Mistakes {
  const code = codeOf(error);
  if (code === "unauthorized") return { password: t("loginWrong") };
  if (code !== "rate_limited") return { form: errorText(error) };
  const seconds = retryAfterS(error);
  return { form: seconds === null ? t("loginTooOftenLater") : t("loginTooOften", { seconds }) };
}
