import { lazy, Suspense, type ReactNode } from 'react';
import { Skeleton } from '../ui/states.tsx';
import { TabHead } from '../ui/tab-head.tsx';
import { DecisionPage } from './decision-page.tsx';
import { Inbox } from './inbox.tsx';
import './decisions.css';

const Policies = lazy(async () => ({ default: (await import('./policies.tsx')).Policies }));
const PolicyEditor = lazy(async () => ({ default: (await import('./policy-editor.tsx')).PolicyEditor }));
const Automation = lazy(async () => ({ default: (await import('./automation.tsx')).Automation }));
const DecisionSettingsTab = lazy(async () => ({
  default: (await import('./decision-settings.tsx')).DecisionSettingsTab,
}));
const AuditTrail = lazy(async () => ({ default: (await import('./audit-trail.tsx')).AuditTrail }));

/** What waits for a person, what decides by itself, what ran, and the trail of all of it. */
export function DecisionsScreen({ path }: { readonly path: string }): ReactNode {
  const [, , part = '', rawId] = path.split('/');
  return (
    <>
      <TabHead title="Decisions" root="/decisions" path={path} />
      <Suspense fallback={<Skeleton height={320} />}>
        {partOf(part, rawId === undefined ? '' : decodeURIComponent(rawId))}
      </Suspense>
    </>
  );
}

function partOf(part: string, id: string): ReactNode {
  switch (part) {
    case '':
      return <Inbox />;
    case 'policies':
      return id === '' ? <Policies /> : <PolicyEditor key={id} id={id} />;
    case 'automation':
      return <Automation />;
    case 'settings':
      return <DecisionSettingsTab />;
    case 'audit':
      return <AuditTrail />;
    default:
      return <DecisionPage key={part} id={decodeURIComponent(part)} />;
  }
}
