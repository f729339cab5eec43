import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Effect } from "../../client/protocol.ts";
import { Notice } from "../../ui/Notice.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import type { AdminApi } from "../api.ts";
import { t } from "../texts.ts";
import { imageErrorText } from "./errors.ts";

const restMs = 250;

/** How visitors will see operators, made by the server as in calls. */
export function EffectPreview({ api, effect }: { api: AdminApi; effect: Effect }) {
  const { url, busy, error } = usePreview(api, effect);
  return (
    <figure class="effect-preview" aria-busy={busy}>
      <div class="effect-frame">
        {url !== null && <img src={url} alt={t("effectPreviewAlt")} width={960} height={540} data-testid="effect-preview" />}
        {busy && (
          <span class="effect-busy">
            <Spinner label={t("effectPreviewBusy")} large />
          </span>
        )}
      </div>
      {error !== null ? <Notice tone="danger">{imageErrorText(error)}</Notice> : <figcaption class="tip">{t("effectPreviewHint")}</figcaption>}
    </figure>
  );
}

/** The picture for an effect once it has rested for a moment; the last one stays until then. */
function usePreview(api: AdminApi, effect: Effect) {
  const url = useSignal<string | null>(null);
  const busy = useSignal(true);
  const error = useSignal<unknown>(null);
  const wanted = JSON.stringify(effect);
  useEffect(() => {
    const given = new AbortController();
    busy.value = true;
    const timer = setTimeout(() => {
      void api.preview(JSON.parse(wanted) as Effect, given.signal).then(
        (picture) => {
          if (given.signal.aborted) return;
          if (url.value !== null) URL.revokeObjectURL(url.value);
          [url.value, error.value, busy.value] = [URL.createObjectURL(picture), null, false];
        },
        (refusal: unknown) => {
          if (!given.signal.aborted) [error.value, busy.value] = [refusal, false];
        },
      );
    }, restMs);
    return () => {
      clearTimeout(timer);
      given.abort();
    };
  }, [api, wanted, url, busy, error]);
  useEffect(() => () => URL.revokeObjectURL(url.value ?? ""), [url]);
  return { url: url.value, busy: busy.value, error: error.value };
}
