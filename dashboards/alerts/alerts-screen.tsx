import { lazy, Suspense, type ReactNode } from 'react';
import { screens } from '../ui/screens.ts';
import { Skeleton } from '../ui/states.tsx';
import { TabHead } from '../ui/tab-head.tsx';
import { Inbox } from './inbox.tsx';
import './alerts.css';

const ThreadView = lazy(async () => ({ default: (await import('./thread-view.tsx')).ThreadView }));
const Notices = lazy(async () => ({ default: (await import('./notices.tsx')).Notices }));
const Subscriptions = lazy(async () => ({ default: (await import('./subscriptions.tsx')).Subscriptions }));
const Silences = lazy(async () => ({ default: (await import('./silences.tsx')).Silences }));
const DeliveryLog = lazy(async () => ({ default: (await import('./delivery-log.tsx')).DeliveryLog }));

/** Alerts: the inbox, one thread, what I get and where, what is silent, what was sent. */
export function AlertsScreen({ path }: { readonly path: string }): ReactNode {
  const tabs = screens.find((screen) => screen.path === '/alerts')?.sub ?? [];
  const isTab = tabs.some((tab) => tab.path === path);
  return (
    <>
      {isTab ? <TabHead title="Alerts" root="/alerts" path={path} /> : null}
      <Suspense fallback={<Skeleton height={320} />}>
        {isTab ? tabOf(path) : <ThreadView key={path} id={decodeURIComponent(path.split('/')[2] ?? '')} />}
      </Suspense>
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
