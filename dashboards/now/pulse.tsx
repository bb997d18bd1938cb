import type { ReactNode } from 'react';
import { ago } from '../data/format.ts';
import { useCounters, useSystem, useTopic } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { Sparkline } from '../ui/sparkline.tsx';

/** The beat of the stream: how many events come, what became of them, and whether every part is up. */
export function Pulse(): ReactNode {
  useTopic('counters');
  useTopic('system');
  return (
    <section className="pulse" aria-label="Events and system">
      <Rate />
      <Counts />
      <SystemLine />
    </section>
  );
}

function Rate(): ReactNode {
  const { live, format } = useWorkspace();
  const counters = useCounters();
  const rates = live.rates().map((sample) => sample.eventsPerSecond);
  return (
    <div className="pulse-item">
      <span className="pulse-name">Events a second</span>
      <span className="row">
        <span className="pulse-value" data-live="events-per-second">
          {counters === undefined ? '–' : format.value(counters.eventsPerSecond, 'count', 'tile')}
        </span>
        <span className="pulse-spark">
          <Sparkline values={rates} completeCount={rates.length} fromZero />
        </span>
      </span>
    </div>
  );
}

function Counts(): ReactNode {
  const { format } = useWorkspace();
  const to = useViewLink();
  const counters = useCounters();
  const count = (value: number | undefined): string => (value === undefined ? '–' : format.count(value));
  return (
    <>
      <Count
        name="Accepted"
        title="Events answered with success, resends included"
        value={count(counters?.accepted)}
        id="accepted"
      />
      <Count
        name="Duplicates"
        title="Resends of events known already; counted once"
        value={count(counters?.duplicates)}
        id="duplicates"
      />
      <Link
        to={to('/system/refused')}
        className="pulse-item pulse-link"
        title="Refused, with the reason kept. Click to see them."
      >
        <span className="pulse-name">Rejected</span>
        <span className="pulse-value" data-live="rejected">
          {count(counters?.rejected)}
        </span>
      </Link>
      <Count
        name="Late"
        title="Came after their window was complete; corrected by a job"
        value={count(counters?.late)}
        id="late"
      />
    </>
  );
}

function Count({
  name,
  title,
  value,
  id,
}: {
  readonly name: string;
  readonly title: string;
  readonly value: string;
  readonly id: string;
}): ReactNode {
  return (
    <div className="pulse-item" title={title}>
      <span className="pulse-name">{name}</span>
      <span className="pulse-value" data-live={id}>
        {value}
      </span>
    </div>
  );
}

const names = { up: 'up', degraded: 'degraded', down: 'down' } as const;
const tones = { up: 'live', degraded: 'behind', down: 'lost' } as const;

function SystemLine(): ReactNode {
  const { format } = useWorkspace();
  const to = useViewLink();
  const system = useSystem();
  const worst =
    system?.parts.find((part) => part.state === 'down') ??
    system?.parts.find((part) => part.state === 'degraded');
  const state = worst?.state ?? 'up';
  return (
    <Link
      to={to('/system')}
      className="pulse-item pulse-link pulse-system"
      title={
        system?.parts.map((part) => `${part.name} ${names[part.state]}: ${part.detail}`).join('\n') ?? ''
      }
    >
      <span className="pulse-name">System</span>
      <span className="row">
        {system === undefined ? (
          <span className="pulse-words">–</span>
        ) : (
          <>
            <span className={`dot dot-${tones[state]}`} />
            <span className="pulse-words">
              {worst === undefined ? 'All parts up' : `${worst.name} ${names[worst.state]}`}
              <span className="quiet">
                {' · '}
                {system.freshnessMs === null ? 'no event yet' : `newest event ${ago(system.freshnessMs)}`}
                {system.pendingMessages > 0 ? ` · ${format.count(system.pendingMessages)} waiting` : ''}
              </span>
            </span>
          </>
        )}
      </span>
    </Link>
  );
}
