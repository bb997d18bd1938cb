import type { MouseEvent, ReactNode } from 'react';
import { useRouter } from '../data/router.ts';

export interface LinkProps {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string;
  readonly label?: string;
  readonly isCurrent?: boolean;
  readonly title?: string;
}

/** A link inside the app: an ordinary one for every other click than a plain one. */
export function Link({ to, children, className, label, isCurrent, title }: LinkProps): ReactNode {
  const router = useRouter();
  const follow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.go(to);
  };
  return (
    <a
      href={to}
      onClick={follow}
      {...(className === undefined ? {} : { className })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(title === undefined ? {} : { title })}
      {...(isCurrent === true ? { 'aria-current': 'page' } : {})}
    >
      {children}
    </a>
  );
}
