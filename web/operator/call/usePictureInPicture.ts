import { useEffect, useRef } from "preact/hooks";

interface Floating {
  possible: boolean;
  toggle: () => void;
}

/** Shows a picture in a small window that stays above all others; it follows when another takes its place. */
export function usePictureInPicture(stream: MediaStream | null): Floating {
  const video = useRef<HTMLVideoElement | null>(null);
  useEffect(() => {
    if (video.current && stream) video.current.srcObject = stream;
  }, [stream]);
  useEffect(
    () => () => {
      if (video.current && document.pictureInPictureElement === video.current) void document.exitPictureInPicture();
    },
    [],
  );
  const open = async () => {
    // An element of its own: tiles come and go with the layout, and would take the window with them.
    video.current ??= Object.assign(document.createElement("video"), { muted: true, playsInline: true });
    video.current.srcObject = stream;
    await video.current.play();
    await video.current.requestPictureInPicture();
  };
  const toggle = () => {
    if (document.pictureInPictureElement) void document.exitPictureInPicture();
    else if (stream) void open();
  };
  return { possible: "pictureInPictureEnabled" in document && document.pictureInPictureEnabled, toggle };
}
