import { useEffect, useEffectEvent, useId, useRef, type ReactNode } from 'react';
import { Icon } from './icons.tsx';
import './dialog.css';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** `side` slides in beside what it explains; `middle` asks for something. */
  readonly place?: 'middle' | 'side' | 'top';
}

/** A modal window: the browser keeps the focus inside, closes it on Escape and gives the focus back. */
export function Dialog({ title, onClose, children, place = 'middle' }: DialogProps): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const close = useEffectEvent(onClose);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    dialog.showModal();
    const onOutside = (event: PointerEvent): void => {
      if (event.target === dialog) close();
    };
    dialog.addEventListener('pointerdown', onOutside);
    // What is asked for comes before the way out.
    const first = dialog.querySelector('.dialog-body :is(input:not([hidden], [readonly]), select, textarea)');
    if (first instanceof HTMLElement) first.focus();
    return () => {
      dialog.removeEventListener('pointerdown', onOutside);
      dialog.close();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog dialog-${place}`}
      aria-labelledby={titleId}
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
