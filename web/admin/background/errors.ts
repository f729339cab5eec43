import { codeOf } from "../../client/errors.ts";
import { errorText } from "../../operator/errors.ts";
import { t } from "../texts.ts";

/** As the desk's own limit, so that nothing is sent in vain. */
export const maxImageBytes = 2 * 1024 * 1024;

export const imageTypes = ["image/jpeg", "image/png"];

const texts = {
  too_large: "imageTooLarge",
  image_file_too_large: "imageTooLarge",
  image_type_unknown: "imageWrongType",
  unsupported_media_type: "imageWrongType",
  image_too_many_pixels: "imageTooManyPixels",
  image_damaged: "imageDamaged",
  images_full: "imagesFull",
  image_in_use: "imageInUse",
} as const;

/** Why an image was refused, and what to do. */
export function imageErrorText(error: unknown): string {
  const code = codeOf(error);
  return code in texts ? t(texts[code as keyof typeof texts]) : errorText(error);
}
