import { Button, ToolButton } from "../ui/Button.tsx";
import { EmptyState } from "../ui/Empty.tsx";
import { chevronDown, offline, refresh } from "../ui/icons.ts";
import type { Host } from "./host.ts";
import { t } from "./texts.ts";

interface FailureProps {
  code: string;
  host: Host;
  onRetry: () => void;
}

/** Shown when the widget could not even begin, or the desk will not have it any more. */
export function Failure({ code, host, onRetry }: FailureProps) {
  const tooMany = code === "rate_limited";
  return (
    <main class="w">
      {host.framed && (
        <header class="w-head">
          <span class="grow" />
          <ToolButton icon={chevronDown} size="l" label={t("minimize")} onClick={() => host.tell({ type: "show", shown: false })} />
        </header>
      )}
      <div class="w-center">
        <EmptyState icon={offline} title={t(tooMany ? "tooMany" : "notLoaded")} hint={t(tooMany ? "tooManyHint" : "notLoadedHint")}>
          <Button icon={refresh} size="l" onClick={onRetry}>
            {t("retry")}
          </Button>
        </EmptyState>
      </div>
    </main>
  );
}
