import { useSignal } from "@preact/signals";
import { Icon } from "../../ui/Icon.tsx";
import { plus } from "../../ui/icons.ts";
import { t } from "../texts.ts";
import { imageTypes } from "./errors.ts";

interface UploadProps {
  /** Settles when the file is uploaded or refused; `onProgress` takes shares from 0 to 1. */
  onFile: (file: File, onProgress: (share: number) => void) => Promise<void>;
}

/** A place to drop an image, or to choose one from the disk. */
export function Upload({ onFile }: UploadProps) {
  const progress = useSignal<number | null>(null);
  const hovered = useSignal(false);
  const take = async (file: File | undefined) => {
    if (!file || progress.value !== null) return;
    progress.value = 0;
    await onFile(file, (share) => (progress.value = share));
    progress.value = null;
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    hovered.value = false;
    void take(event.dataTransfer?.files[0]);
  };
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    hovered.value = true;
  };
  return (
    <label class={hovered.value ? "upload upload-over" : "upload"} onDrop={onDrop} onDragOver={onDragOver} onDragLeave={() => (hovered.value = false)}>
      <input
        class="vh"
        type="file"
        accept={imageTypes.join(",")}
        disabled={progress.value !== null}
        onChange={({ currentTarget }) => {
          void take(currentTarget.files?.[0]);
          currentTarget.value = ""; // The same file may be chosen again.
        }}
      />
      {progress.value === null ? (
        <>
          <Icon of={plus} />
          <span>{t("addImage")}</span>
          <span class="tip">{t("dropImage")}</span>
        </>
      ) : (
        <>
          <span role="status">{t("uploading")}</span>
          <progress max={1} value={progress.value} aria-label={t("uploading")} />
        </>
      )}
    </label>
  );
}
