import { useEffectEvent, useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { Icon } from './icons.tsx';
import './dialog.css';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** `side` slides in beside what it explains; `middle` asks for something. */
  readonly place?: 'middle' | 'side' | 'top';
}

/** A modal window: the browser keeps the focus inside and closes it on Escape; the focus goes back to where it came from. */
export function Dialog({ title, onClose, children, place = 'middle' }: DialogProps): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const close = useEffectEvent(onClose);
  // Before it leaves the page: one that is gone can no longer give the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    const before = document.activeElement;
    dialog.showModal();
    const onOutside = (event: PointerEvent): void => {
      if (event.target === dialog) close();
    };
    // A browser that closes it without asking would leave it closed and yet open here.
    const onForced = (): void => {
      dialog.showModal();
      close();
    };
    dialog.addEventListener('pointerdown', onOutside);
    dialog.addEventListener('close', onForced);
    // What is asked for comes before the way out.
    const first = dialog.querySelector('.dialog-body :is(input:not([hidden], [readonly]), select, textarea)');
    if (first instanceof HTMLElement) first.focus();
    return () => {
      dialog.removeEventListener('pointerdown', onOutside);
      dialog.removeEventListener('close', onForced);
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog dialog-${place}`}
      aria-labelledby={titleId}
      onKeyDown={(event) => {
        // Asked by the key: of `cancel` browsers let only the first be refused.
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
      onCancel={(event) => {
        // Files and nested controls fire cancel, too.
        if (event.target !== ref.current) return;
        event.preventDefault();
        onClose();
      }}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
