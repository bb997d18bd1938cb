import { lazy, Suspense, type ReactNode } from 'react';
import { Skeleton } from '../ui/states.tsx';
import { TabHead } from '../ui/tab-head.tsx';
import { NotThere } from '../ui/not-there.tsx';
import { StateScreen } from './state-screen.tsx';

const RefusedScreen = lazy(async () => ({ default: (await import('./refused-screen.tsx')).RefusedScreen }));
const EventsScreen = lazy(async () => ({ default: (await import('./events-screen.tsx')).EventsScreen }));
const SettingsScreen = lazy(async () => ({
  default: (await import('./settings-screen.tsx')).SettingsScreen,
}));

/** The engine room: state and jobs, what was refused, event types and keys, settings and people. */
export function SystemScreen({ path }: { readonly path: string }): ReactNode {
  return (
    <>
      <TabHead title="System" root="/system" path={path} />
      <Suspense fallback={<Skeleton height={320} />}>{tabOf(path)}</Suspense>
    </>
  );
}

function tabOf(path: string): ReactNode {
  switch (path) {
    case '/system':
      return <StateScreen />;
    case '/system/refused':
      return <RefusedScreen />;
    case '/system/events':
      return <EventsScreen />;
    case '/system/settings':
      return <SettingsScreen />;
    default:
      return <NotThere />;
  }
}
