import type { ReactNode } from 'react';
import { useViewLink } from '../data/router.ts';
import { Link } from './link.tsx';
import { screens } from './screens.ts';

/** Head of a screen with parts: its title and a link to each of them, as the list of screens has them. */
export function TabHead({
  title,
  root,
  path,
}: {
  readonly title: string;
  /** Address of the screen. */
  readonly root: string;
  /** Address that is shown. */
  readonly path: string;
}): ReactNode {
  const to = useViewLink();
  const tabs = screens.find((screen) => screen.path === root)?.sub ?? [];
  return (
    <div className="page-head">
      <h1>{title}</h1>
      <nav className="segments controls" aria-label={`Parts of ${title}`}>
        {tabs.map((tab) => (
          <Link key={tab.path} to={to(tab.path)} isCurrent={path === tab.path}>
            {tab.title}
          </Link>
        ))}
      </nav>
    </div>
  );
}
