import { render } from "preact";
import { Api } from "../client/api.ts";
import { codeOf } from "../client/errors.ts";
import type { WidgetConfig } from "../client/protocol.ts";
import { chooseLanguage, language, setLanguage } from "../ui/i18n/language.ts";
import "../ui/base.css";
import { App } from "./App.tsx";
import { VisitProvider } from "./context.ts";
import { Failure } from "./Failure.tsx";
import { findHost, type Host } from "./host.ts";
import { reportChanges } from "./reports.ts";
import { Visit } from "./visit.ts";
import "./widget.css";

const api = new Api(location.origin);
const [account = "", group = ""] = location.pathname.split("/").slice(2).map(decodeURIComponent);

async function start(root: Element): Promise<void> {
  const host = findHost();
  setLanguage(chooseLanguage([new URLSearchParams(location.search).get("language"), ...navigator.languages]));
  await enter(root, host, await host.greet());
}

/** Loads what the widget needs and shows it; on failure offers to try again. */
async function enter(root: Element, host: Host, token: string | null): Promise<void> {
  try {
    const [config, session] = await Promise.all([
      api.widgetConfig(account, group, language.peek()),
      api.createVisitor({ account, group, token, language: language.peek() }),
    ]);
    dress(config);
    const visit = new Visit(config, host, session.token);
    reportChanges(visit, session.token);
    visit.start();
    render(<VisitProvider value={visit}><App /></VisitProvider>, root);
  } catch (error) {
    render(<Failure code={codeOf(error)} host={host} onRetry={() => void enter(root, host, token)} />, root);
  }
}

/** The group's colours. Set through the object model, for the page's policy allows no style in its markup. */
function dress({ look, title, company }: WidgetConfig): void {
  const { style } = document.documentElement;
  style.setProperty("--brand", look.brand);
  style.setProperty("--brand-contrast", look.brand_contrast);
  style.setProperty("--brand-button", look.button);
  style.setProperty("--brand-button-contrast", look.button_contrast);
  document.title = `${title} · ${company}`;
}

const root = document.getElementById("app");
if (root) void start(root);
