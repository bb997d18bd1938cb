import type { ReactNode } from 'react';
import { useViewLink } from '../data/router.ts';
import { Link } from '../ui/link.tsx';
import { screens } from '../ui/screens.ts';
import { DeliveryLog } from './delivery-log.tsx';
import { Inbox } from './inbox.tsx';
import { Notices } from './notices.tsx';
import { Silences } from './silences.tsx';
import { Subscriptions } from './subscriptions.tsx';
import { ThreadView } from './thread-view.tsx';
import './alerts.css';

/** Alerts: the inbox, one thread, what I get and where, what is silent, what was sent. */
export function AlertsScreen({ path }: { readonly path: string }): ReactNode {
  const to = useViewLink();
  const tabs = screens.find((screen) => screen.path === '/alerts')?.sub ?? [];
  const isTab = tabs.some((tab) => tab.path === path);
  if (!isTab) return <ThreadView key={path} id={decodeURIComponent(path.split('/')[2] ?? '')} />;
  return (
    <>
      <div className="page-head">
        <h1>Alerts</h1>
        <nav className="segments controls" aria-label="Parts of Alerts">
          {tabs.map((tab) => (
            <Link key={tab.path} to={to(tab.path)} isCurrent={path === tab.path}>
              {tab.title}
            </Link>
          ))}
        </nav>
      </div>
      {tabOf(path)}
    </>
  );
}

function tabOf(path: string): ReactNode {
  switch (path) {
    case '/alerts/notices':
      return <Notices />;
    case '/alerts/subscriptions':
      return <Subscriptions />;
    case '/alerts/silences':
      return <Silences />;
    case '/alerts/log':
      return <DeliveryLog />;
    default:
      return <Inbox />;
  }
}
