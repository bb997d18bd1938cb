import type { ReactNode } from 'react';
import { useView, useViewLink } from '../data/router.ts';
import { Link } from './link.tsx';
import { viewOnTheWay } from './part-view.ts';
import { isPart, screens } from './screens.ts';

/** Head of a screen with parts: its title and a link to each of them, as the list of screens has them. */
export function TabHead({
  title,
  root,
  path,
}: {
  readonly title: string;
  /** Address of the screen. */
  readonly root: string;
  /** Address that is shown: a part, or something within one. */
  readonly path: string;
}): ReactNode {
  const to = useViewLink();
  const [view] = useView();
  const tabs = screens.find((screen) => screen.path === root)?.sub ?? [];
  return (
    <div className="page-head">
      <h1>{title}</h1>
      <nav className="segments segments-wrap" aria-label={`Parts of ${title}`}>
        {tabs.map((tab) => (
          <Link
            key={tab.path}
            to={to(tab.path, viewOnTheWay(tab.path, view))}
            isCurrent={isPart(path, tab.path)}
          >
            {tab.title}
          </Link>
        ))}
      </nav>
    </div>
  );
}
