import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Dialog, type DialogProps } from './dialog.tsx';
import { Form, type Action } from './form.tsx';

/**
 * A window that asks for something: its fields, what went wrong above the buttons, Cancel beside the one that does it. While the request is
 * on its way it stays, so that the answer is seen. What was typed is not lost by a stray Escape or a press outside: it asks first; only
 * Cancel throws away at once.
 */
export function FormDialog({
  title,
  submit,
  action,
  onSubmit,
  onClose,
  isReady = true,
  isDanger = false,
  place,
  children,
}: {
  readonly title: string;
  /** Words of the button that does it. */
  readonly submit: string;
  readonly action: Action;
  /** Closes the window itself when it is done. */
  readonly onSubmit: () => Promise<void>;
  readonly onClose: () => void;
  /** Whether enough is filled in to try. */
  readonly isReady?: boolean;
  /** What is done cannot be taken back. */
  readonly isDanger?: boolean;
  readonly place?: DialogProps['place'];
  readonly children: ReactNode;
}): ReactNode {
  const hasChanges = useRef(false);
  const [isLeaving, setLeaving] = useState(false);
  const leave = (): void => {
    if (action.isRunning) return;
    if (hasChanges.current) setLeaving(!isLeaving);
    else onClose();
  };
  const cancel = (): void => {
    if (!action.isRunning) onClose();
  };
  return (
    <Dialog title={title} onClose={leave} {...(place === undefined ? {} : { place })}>
      <Form
        label={title}
        action={action}
        onSubmit={onSubmit}
        onChange={() => {
          hasChanges.current = true;
        }}
        buttons={
          isLeaving ? (
            <LeaveQuestion onStay={() => setLeaving(false)} onLeave={onClose} />
          ) : (
            <>
              <button type="button" className="button" aria-disabled={action.isRunning} onClick={cancel}>
                Cancel
              </button>
              <button
                type="submit"
                className={`button ${isDanger ? 'button-danger' : 'button-primary'}`}
                disabled={!isReady}
                aria-disabled={action.isRunning}
              >
                {submit}
              </button>
            </>
          )
        }
      >
        {children}
      </Form>
    </Dialog>
  );
}

/** Takes the place of the buttons and the focus; staying gives the focus back to where it was. */
function LeaveQuestion({
  onStay,
  onLeave,
}: {
  readonly onStay: () => void;
  readonly onLeave: () => void;
}): ReactNode {
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    stay.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <>
      <p className="dialog-question" role="alert">
        This is not saved.
      </p>
      <button type="button" className="button button-danger" onClick={onLeave}>
        Discard it
      </button>
      <button ref={stay} type="button" className="button button-primary" onClick={onStay}>
        Go on editing
      </button>
    </>
  );
}
