import type { ReactNode } from 'react';
import { FormDialog } from './form-dialog.tsx';
import { useAction } from './form.tsx';

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
    <FormDialog
      title={title}
      onClose={onClose}
      submit={confirm}
      action={action}
      onSubmit={async () => {
        await onConfirm();
        onClose();
      }}
      isDanger
    >
      {children}
    </FormDialog>
  );
}
