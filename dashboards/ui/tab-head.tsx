import type { ReactNode } from 'react';
import { useViewLink } from '../data/router.ts';
import type { ViewState } from '../data/view-state.ts';
import { Link } from './link.tsx';
import { isPart, screens } from './screens.ts';

/** Head of a screen with parts: its title and a link to each of them, as the list of screens has them. */
export function TabHead({
  title,
  root,
  path,
  viewOf,
}: {
  readonly title: string;
  /** Address of the screen. */
  readonly root: string;
  /** Address that is shown: a part, or something within one. */
  readonly path: string;
  /** What the view becomes on the way to a part, where it does not go along as it is. */
  readonly viewOf?: (path: string) => Partial<ViewState>;
}): ReactNode {
  const to = useViewLink();
  const tabs = screens.find((screen) => screen.path === root)?.sub ?? [];
  return (
    <div className="page-head">
      <h1>{title}</h1>
      <nav className="segments segments-wrap" aria-label={`Parts of ${title}`}>
        {tabs.map((tab) => (
          <Link key={tab.path} to={to(tab.path, viewOf?.(tab.path) ?? {})} isCurrent={isPart(path, tab.path)}>
            {tab.title}
          </Link>
        ))}
      </nav>
    </div>
  );
}
