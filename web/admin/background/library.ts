import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { DeskError } from "../../client/errors.ts";
import type { Image } from "../../client/protocol.ts";
import { attempt } from "../../operator/errors.ts";
import type { AdminApi } from "../api.ts";
import { imageTypes, maxImageBytes } from "./errors.ts";

/** The account's images. Both actions reject with `DeskError`. */
export interface Library {
  /** Null until they are loaded. */
  images: ReadonlySignal<readonly Image[] | null>;
  /** `onProgress` is told shares from 0 to 1. */
  upload: (file: File, onProgress: (share: number) => void) => Promise<Image>;
  remove: (imageId: string) => Promise<void>;
}

export function useLibrary(api: AdminApi): Library {
  const images = useSignal<readonly Image[] | null>(null);
  useEffect(() => {
    void attempt(() => api.images()).then((found) => (images.value = found ?? []));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once: the API is one and the same for a session
  }, []);
  const without = (imageId: string) => (images.value ?? []).filter((image) => image.image_id !== imageId);
  return {
    images,
    upload: async (file, onProgress) => {
      if (!imageTypes.includes(file.type)) throw new DeskError({ code: "image_type_unknown", message: file.type });
      if (file.size > maxImageBytes) throw new DeskError({ code: "too_large", message: String(file.size) });
      const image = await api.uploadImage(file, onProgress);
      images.value = [...without(image.image_id), image];
      return image;
    },
    remove: async (imageId) => {
      await api.deleteImage(imageId);
      images.value = without(imageId);
    },
  };
}
