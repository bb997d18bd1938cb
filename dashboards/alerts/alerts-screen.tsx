import type { ReactNode } from 'react';
import { screens } from '../ui/screens.ts';
import { TabHead } from '../ui/tab-head.tsx';
import { DeliveryLog } from './delivery-log.tsx';
import { Inbox } from './inbox.tsx';
import { Notices } from './notices.tsx';
import { Silences } from './silences.tsx';
import { Subscriptions } from './subscriptions.tsx';
import { ThreadView } from './thread-view.tsx';
import './alerts.css';

/** Alerts: the inbox, one thread, what I get and where, what is silent, what was sent. */
export function AlertsScreen({ path }: { readonly path: string }): ReactNode {
  const tabs = screens.find((screen) => screen.path === '/alerts')?.sub ?? [];
  const isTab = tabs.some((tab) => tab.path === path);
  if (!isTab) return <ThreadView key={path} id={decodeURIComponent(path.split('/')[2] ?? '')} />;
  return (
    <>
      <TabHead title="Alerts" root="/alerts" path={path} />
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
