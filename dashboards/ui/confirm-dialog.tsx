import type { ReactNode } from 'react';
import { Dialog } from './dialog.tsx';
import { Form, useAction } from './form.tsx';

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({
  title,
  confirm,
  onConfirm,
  onClose,
  children,
}: {
  readonly title: string;
  readonly confirm: string;
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const action = useAction();
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        label={title}
        action={action}
        onSubmit={async () => {
          await onConfirm();
          onClose();
        }}
        buttons={
          <>
            <button type="button" className="button" onClick={onClose}>
              Cancel
            </button>
            <button type="submit" className="button button-danger" disabled={action.isRunning}>
              {confirm}
            </button>
          </>
        }
      >
        {children}
      </Form>
    </Dialog>
  );
}
