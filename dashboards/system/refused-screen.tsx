import { useState, type ReactNode } from 'react';
import type { DeadLetterList } from '../../platform/contracts/api.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { OpenJobs } from '../ui/open-jobs.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import './system.css';

type Letter = DeadLetterList['entries'][number];

const PAGE = 100;

/** What was refused and why, newest first; sent through the door again once its cause is mended. */
export function RefusedScreen(): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const [code, setCode] = useParam('code');
  const [before, setBefore] = useState<readonly number[]>([]);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const action = useAction();
  const letters = useQuery(queries.deadLetters, {
    limit: PAGE,
    ...(code === '' ? {} : { code }),
    ...(before.length === 0 ? {} : { beforeSeq: before.at(-1) }),
  });
  const entries = letters.data?.entries ?? [];
  const codes = [...new Set([...entries.map((entry) => entry.code), ...(code === '' ? [] : [code])])].sort();
  const replay = (selection: { seqs?: number[]; code?: string }): void =>
    action.run(async () => {
      await api.replay(selection);
      setChosen(new Set());
      queries.jobs.refresh();
    });
  const columns: readonly Column<Letter>[] = [
    ...(can('admin') ? [chooseColumn(chosen, setChosen)] : []),
    {
      id: 'received',
      title: 'Received',
      isName: true,
      className: 'nowrap',
      value: (row) => row.receivedAt,
      cell: (row) => <time dateTime={row.receivedAt}>{format.dateTime(Date.parse(row.receivedAt))}</time>,
    },
    {
      id: 'reason',
      title: 'Reason',
      className: 'wide',
      value: (row) => row.message,
      cell: (row) => (
        <>
          {row.message} <code className="quiet">{row.code}</code>
        </>
      ),
    },
    {
      id: 'source',
      title: 'Source',
      className: 'wrap',
      value: (row) => row.source,
      cell: (row) => row.source,
    },
    { id: 'door', title: 'Door', value: (row) => row.dialect, cell: (row) => row.dialect },
    {
      id: 'line',
      title: 'Line',
      isNumber: true,
      value: (row) => row.index,
      cell: (row) => format.count(row.index),
    },
    { id: 'item', title: 'Item', value: (row) => row.item, cell: (row) => <Item text={row.item} /> },
  ];
  return (
    <section className="stack-tight" aria-labelledby="refused-title">
      <h2 id="refused-title">
        Refused events
        {letters.data === undefined ? null : (
          <span className="quiet"> {format.count(letters.data.total)}</span>
        )}
      </h2>
      <p className="quiet">
        An event that cannot be read is kept here with its reason. Line is its place in the request or in the
        file. Once the cause is mended, for example an event type registered, it can be sent again; what is
        accepted then counts once.
      </p>
      <OpenJobs kind="deadletter-replay" />
      {letters.problem === undefined ? null : (
        <ProblemNote problem={letters.problem} onRetry={queries.deadLetters.refresh} />
      )}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      {letters.data === undefined && letters.problem === undefined ? <Skeleton height={320} /> : null}
      {letters.data === undefined ? null : (
        <div className={letters.isOutdated ? 'is-outdated' : ''}>
          <Table
            id="refused"
            label="Refused events"
            columns={columns}
            rows={entries}
            rowKey={(row) => String(row.seq)}
            maxHeight={640}
            tools={
              <>
                <select
                  className="select"
                  aria-label="Reason"
                  value={code}
                  onChange={(event) => {
                    setBefore([]);
                    setChosen(new Set());
                    setCode(event.target.value);
                  }}
                >
                  <option value="">Every reason</option>
                  {codes.map((each) => (
                    <option key={each} value={each}>
                      {each}
                    </option>
                  ))}
                </select>
                {can('admin') ? (
                  <button
                    type="button"
                    className="button"
                    disabled={chosen.size === 0 && entries.length === 0}
                    aria-disabled={action.isRunning}
                    onClick={() =>
                      replay(chosen.size > 0 ? { seqs: [...chosen] } : code === '' ? {} : { code })
                    }
                  >
                    {chosen.size > 0
                      ? `Send ${chosen.size} again`
                      : code === ''
                        ? 'Send all again'
                        : `Send all ${code} again`}
                  </button>
                ) : null}
              </>
            }
            empty={
              <Empty title="Nothing was refused">
                <p>Every event that came was accepted.</p>
              </Empty>
            }
          />
        </div>
      )}
      <div className="row">
        <button
          type="button"
          className="button"
          disabled={before.length === 0}
          onClick={() => setBefore(before.slice(0, -1))}
        >
          Newer
        </button>
        <button
          type="button"
          className="button"
          disabled={letters.data?.nextBeforeSeq === undefined}
          onClick={() => {
            const next = letters.data?.nextBeforeSeq;
            if (next !== undefined) setBefore([...before, next]);
          }}
        >
          Older
        </button>
      </div>
    </section>
  );
}

function chooseColumn(
  chosen: ReadonlySet<number>,
  setChosen: (chosen: ReadonlySet<number>) => void,
): Column<Letter> {
  return {
    id: 'choose',
    title: 'Choose',
    cell: (row) => (
      <input
        type="checkbox"
        className="choose"
        aria-label={`Choose the event at line ${row.index}, ${row.code}`}
        checked={chosen.has(row.seq)}
        onChange={(event) => {
          const next = new Set(chosen);
          if (event.target.checked) next.add(row.seq);
          else next.delete(row.seq);
          setChosen(next);
        }}
      />
    ),
  };
}

/** The event as it came, which may be long and may be no JSON at all. */
function Item({ text }: { readonly text: string }): ReactNode {
  return (
    <details className="letter-item">
      <summary className="ellipsis mono">{text.slice(0, 60)}</summary>
      <pre>{text}</pre>
    </details>
  );
}
