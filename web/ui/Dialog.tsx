import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { ToolButton } from "./Button.tsx";
import { cross } from "./icons.ts";
import { t } from "./i18n/texts.ts";
import "./Dialog.css";

interface ModalProps {
  title: string;
  subtitle?: string;
  /** Esc, the cross, and for drawers a click beside it. The owner stops drawing it. */
  onClose: () => void;
  children: ComponentChildren;
}

interface DialogProps extends ModalProps {
  wide?: boolean;
  /** Buttons, the primary one last. */
  actions?: ComponentChildren;
  /** A quiet line left of the buttons. */
  aside?: ComponentChildren;
}

/** A modal question or task. It is open while it is drawn; focus returns to where it was. */
export function Dialog({ title, subtitle, onClose, wide = false, actions, aside, children }: DialogProps) {
  return (
    <Modal class={wide ? "dialog dialog-wide" : "dialog"} title={title} subtitle={subtitle} onClose={onClose}>
      <div class="dialog-body">{children}</div>
      {actions && (
        <footer class="dialog-foot">
          {aside && <div class="dialog-aside">{aside}</div>}
          {actions}
        </footer>
      )}
    </Modal>
  );
}

/** A pane that comes from the right where there is no room for it beside the rest. */
export function Drawer({ title, onClose, children }: ModalProps) {
  return (
    <Modal class="drawer" title={title} onClose={onClose} closeOnBackdrop>
      <div class="dialog-body">{children}</div>
    </Modal>
  );
}

interface FrameProps extends Omit<ModalProps, "subtitle"> {
  class: string;
  subtitle?: string | undefined;
  closeOnBackdrop?: boolean;
}

function Modal({ class: classes, title, subtitle, onClose, closeOnBackdrop = false, children }: FrameProps) {
  const dialog = useModal();
  const id = useId();
  return (
    <dialog
      ref={dialog}
      class={classes}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => closeOnBackdrop && event.target === event.currentTarget && onClose()}
    >
      <header class="dialog-head">
        <div class="grow">
          <h2 class="h2" id={id}>
            {title}
          </h2>
          {subtitle && <p>{subtitle}</p>}
        </div>
        <ToolButton icon={cross} label={t("close")} onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}

/** Opens the native dialog when it is drawn. It gives the focus back itself: a dialog that is already taken out does not. */
function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return dialog;
}
