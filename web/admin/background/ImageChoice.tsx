import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Image } from "../../client/protocol.ts";
import { ToolButton } from "../../ui/Button.tsx";
import { FieldError } from "../../ui/Field.tsx";
import { trash } from "../../ui/icons.ts";
import { t } from "../texts.ts";
import { imageErrorText } from "./errors.ts";
import type { Library } from "./library.ts";
import { Upload } from "./Upload.tsx";

interface ChoiceProps {
  label: string;
  /** What is right for this use. */
  hint: string;
  library: Library;
  chosen: string | null;
  /** Nothing is chosen, though something must be. */
  missing: boolean;
  onChosen: (imageId: string) => void;
  onRemoved: (imageId: string) => void;
  /** A name for browser tests. */
  testId: string;
}

/** The account's images, of which one is chosen, and a place to put another. */
export function ImageChoice({ label, hint, library, chosen, missing, onChosen, onRemoved, testId }: ChoiceProps) {
  const refusal = useSignal<unknown>(null);
  const name = useId();
  const upload = async (file: File, onProgress: (share: number) => void) => {
    refusal.value = null;
    try {
      onChosen((await library.upload(file, onProgress)).image_id);
    } catch (error) {
      refusal.value = error;
    }
  };
  const remove = async ({ image_id }: Image) => {
    refusal.value = null;
    try {
      await library.remove(image_id);
      onRemoved(image_id);
    } catch (error) {
      refusal.value = error;
    }
  };
  return (
    <fieldset class="images" aria-invalid={missing} data-testid={testId}>
      <legend class="field-label">{label}</legend>
      <div class="images-grid">
        {library.images.value?.map((image, index) => (
          <Thumb key={image.image_id} name={name} image={image} number={index + 1} checked={image.image_id === chosen} onChosen={onChosen} onRemove={() => void remove(image)} />
        ))}
        <Upload onFile={upload} />
      </div>
      <p class="tip">{hint}</p>
      {refusal.value !== null && <FieldError>{imageErrorText(refusal.value)}</FieldError>}
      {missing && <FieldError>{t("imageMissing")}</FieldError>}
    </fieldset>
  );
}

interface ThumbProps {
  name: string;
  image: Image;
  number: number;
  checked: boolean;
  onChosen: (imageId: string) => void;
  onRemove: () => void;
}

function Thumb({ name, image, number, checked, onChosen, onRemove }: ThumbProps) {
  const { image_id: id, width, height } = image;
  return (
    <div class="thumb">
      <label>
        <input class="vh" type="radio" name={name} value={id} checked={checked} onChange={() => onChosen(id)} />
        <img src={`/api/v1/admin/images/${id}`} alt={t("imageNumber", { number, width, height })} loading="lazy" />
      </label>
      <ToolButton icon={trash} size="s" label={t("deleteImage", { number })} onClick={onRemove} />
    </div>
  );
}
