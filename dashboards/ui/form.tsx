import { useCallback, useId, useRef, useState, type SyntheticEvent, type ReactNode } from 'react';
import type { Problem } from '../../platform/contracts/api.ts';
import { problemField, problemOf } from '../data/problem.ts';
import { ProblemNote } from './states.tsx';

export interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What the server says is wrong with it. */
  readonly fault?: string | undefined;
  readonly children: (ids: {
    readonly id: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': boolean;
  }) => ReactNode;
}

/** A control with its name, its hint and its fault, tied together for every reader. */
export function Field({ label, hint, fault, children }: FieldProps): ReactNode {
  const id = useId();
  const described = [hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`]
    .join(' ')
    .trim();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': fault !== undefined,
      })}
      {hint === undefined ? null : (
        <span id={`${id}-hint`} className="field-hint">
          {hint}
        </span>
      )}
      {fault === undefined ? null : (
        <span id={`${id}-fault`} className="field-fault">
          {fault}
        </span>
      )}
    </div>
  );
}

export interface Action {
  readonly isRunning: boolean;
  readonly problem: Problem | undefined;
  /** Runs once at a time; what it throws becomes `problem`. */
  readonly run: (work: () => Promise<void>) => void;
  /** The fault of a field, when the problem is about that one. */
  readonly faultOf: (field: string) => string | undefined;
  readonly clear: () => void;
}

/**
 * Something a person does that takes a request: never twice at once, and its failure is shown where it was done. Its button says that it
 * is busy by `aria-disabled`: one that is disabled would lose the focus.
 */
export function useAction(): Action {
  const [state, setState] = useState<{ readonly isRunning: boolean; readonly problem: Problem | undefined }>({
    isRunning: false,
    problem: undefined,
  });
  const isBusy = useRef(false);
  const run = useCallback((work: () => Promise<void>) => {
    // The second press of a double click is for nothing.
    if (isBusy.current) return;
    isBusy.current = true;
    setState({ isRunning: true, problem: undefined });
    const end = (problem: Problem | undefined): void => {
      isBusy.current = false;
      setState({ isRunning: false, problem });
    };
    work().then(
      () => end(undefined),
      (error: unknown) => end(problemOf(error)),
    );
  }, []);
  const field = state.problem === undefined ? undefined : problemField(state.problem);
  return {
    ...state,
    run,
    faultOf: (name) =>
      field === name || field?.startsWith(`${name}.`) === true ? state.problem?.detail : undefined,
    clear: useCallback(() => setState({ isRunning: false, problem: undefined }), []),
  };
}

/** A form that never leaves the page; the problem of its action stands above its buttons. */
export function Form({
  action,
  onSubmit,
  children,
  buttons,
  label,
  onChange,
}: {
  readonly action: Action;
  readonly onSubmit: () => Promise<void>;
  readonly children: ReactNode;
  readonly buttons: ReactNode;
  readonly label: string;
  /** Something in it was typed or chosen. */
  readonly onChange?: () => void;
}): ReactNode {
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    action.run(onSubmit);
  };
  return (
    <form
      className="form"
      aria-label={label}
      aria-busy={action.isRunning}
      onSubmit={submit}
      onChange={onChange}
      noValidate
    >
      {children}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      <div className="dialog-foot">{buttons}</div>
    </form>
  );
}
