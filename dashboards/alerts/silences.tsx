import { useState, type ReactNode } from 'react';
import type { Silence } from '../../platform/contracts/alert-subscription.ts';
import { matcherWords } from '../data/alert-words.ts';
import { useNow, useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { Icon } from '../ui/icons.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { GroupingPanel } from './grouping-panel.tsx';
import { SilenceDialog } from './silence-dialog.tsx';

/** What is held back now, by whom and until when, and how messages are put together. */
export function Silences(): ReactNode {
  const { queries } = useWorkspace();
  const silences = useQuery(queries.silences, 'all');
  const [isOpen, setOpen] = useState(false);
  const now = useNow(30_000);
  const list = silences.data?.silences ?? [];
  const current = list.filter(({ endsAtMs }) => endsAtMs === null || endsAtMs > now);
  return (
    <>
      <section className="panel stack-tight" aria-labelledby="silences-title">
        <div className="row spread">
          <h2 id="silences-title">Silences</h2>
          <button type="button" className="button button-primary" onClick={() => setOpen(true)}>
            <Icon name="plus" /> Silence
          </button>
        </div>
        {silences.problem === undefined ? null : (
          <ProblemNote problem={silences.problem} onRetry={queries.silences.refresh} />
        )}
        {silences.data === undefined && silences.problem === undefined ? <Skeleton height={96} /> : null}
        {silences.data !== undefined && current.length === 0 ? (
          <Empty title="Nothing is silenced">
            <p>A silence holds back what you know about already, such as planned work.</p>
          </Empty>
        ) : null}
        <ul className="subscription-list">
          {current.map((silence) => (
            <Row key={silence.id} silence={silence} />
          ))}
        </ul>
      </section>
      <GroupingPanel />
      {isOpen ? <SilenceDialog kpis={[]} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function Row({ silence }: { readonly silence: Silence }): ReactNode {
  const { api, can, format, queries, session } = useWorkspace();
  const action = useAction();
  const words = silence.matchers.map(matcherWords).join(' and ');
  const mayEnd = silence.userId === session.user?.id || (!silence.isMine && can('kpis:write'));
  return (
    <li className="list-row">
      <div>
        <p className="strong">{words}</p>
        <p className="small quiet">
          {silence.isMine ? 'for me' : `for everybody, by ${silence.by}`},{' '}
          {silence.endsAtMs === null ? 'until it is ended' : `until ${format.dateTime(silence.endsAtMs)}`}
          {silence.comment === '' ? '' : `: ${silence.comment}`}
        </p>
        {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      </div>
      {mayEnd ? (
        <button
          type="button"
          className="button button-small"
          aria-disabled={action.isRunning}
          onClick={() =>
            action.run(async () => {
              await api.endSilence(silence.id);
              queries.silences.refresh();
            })
          }
        >
          End<span className="unseen"> the silence of {words}</span>
        </button>
      ) : null}
    </li>
  );
}
