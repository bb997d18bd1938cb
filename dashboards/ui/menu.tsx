import { useEffect, useRef, type ReactNode } from 'react';

/** A button that opens a small panel. Escape, a click elsewhere or a choice closes it. */
export function Menu({
  label,
  button,
  children,
}: {
  readonly label: string;
  readonly button: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const ref = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (): void => {
      if (ref.current !== null) ref.current.open = false;
    };
    const onPointer = (event: PointerEvent): void => {
      if (event.target instanceof Node && ref.current?.contains(event.target) !== true) close();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || ref.current?.open !== true) return;
      close();
      ref.current.querySelector('summary')?.focus();
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('keydown', onKey);
    };
  }, []);
  return (
    <details className="menu" ref={ref}>
      <summary className="icon-button" aria-label={label} title={label}>
        {button}
      </summary>
      <div className="menu-panel">{children}</div>
    </details>
  );
}
