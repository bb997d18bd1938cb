import { useEffect, useState, type ReactNode } from 'react';
import { Icon } from './icons.tsx';

/** Copies a text and says so for two seconds. */
export function CopyButton({
  text,
  label,
  words,
}: {
  readonly text: string;
  readonly label: string;
  readonly words?: string;
}): ReactNode {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 2_000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setState('copied'),
      () => setState('failed'),
    );
  };
  const said =
    state === 'copied' ? 'Copied' : state === 'failed' ? 'Not copied; select it by hand' : undefined;
  return (
    <>
      <button
        type="button"
        className={words === undefined ? 'icon-button' : 'button button-small'}
        aria-label={words === undefined ? label : undefined}
        title={label}
        onClick={copy}
      >
        <Icon name={state === 'copied' ? 'check' : 'copy'} />
        {words === undefined ? null : (said ?? words)}
      </button>
      <span className="unseen" role="status">
        {said ?? ''}
      </span>
    </>
  );
}

/** A command or an example to take away. */
export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }): ReactNode {
  return (
    <div className="codeblock">
      {/* Scrolls sideways on a phone, so it must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label={label}>
        <code>{code}</code>
      </pre>
      <CopyButton text={code} label={`Copy: ${label}`} words="Copy" />
    </div>
  );
}

/** A secret that will not be shown again. */
export function Secret({
  secret,
  children,
}: {
  readonly secret: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="secret">
      <div role="status">{children}</div>
      <div className="row spread">
        <code>{secret}</code>
        <CopyButton text={secret} label="Copy" words="Copy" />
      </div>
    </div>
  );
}
