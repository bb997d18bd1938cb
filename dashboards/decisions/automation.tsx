import { useState, type ReactNode } from 'react';
import type { ScheduleList } from '../../platform/contracts/outbox.ts';
import { cronWords } from '../data/cron-words.ts';
import { useParam } from '../data/router.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import { kindWords, routineWords } from './decision-words.ts';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { OutboxTable } from './outbox-table.tsx';

type Row = ScheduleList['schedules'][number];
const missedWords = { skip: 'left out', run_once: 'one run', run_all: 'every run' } as const;

/** What runs by the clock, what was given up, and what ran. */
export function Automation(): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const schedules = useQuery(queries.schedules, 'all');
  const action = useAction();
  const [shown, setShown] = useParam('schedule');
  const [edited, setEdited] = useState<Row | 'new'>();
  const [deleted, setDeleted] = useState<Row>();
  const columns: readonly Column<Row>[] = [
    {
      id: 'title',
      title: 'Schedule',
      isName: true,
      className: 'wide',
      value: (row) => row.title,
      cell: (row) => (
        <>
          <button
            type="button"
            className="row-link strong"
            aria-pressed={shown === row.id}
            onClick={() => setShown(shown === row.id ? '' : row.id)}
          >
            {row.title}
          </button>
          <span className="small quiet below" title={row.cron}>
            {cronWords(row.cron) ?? <code>{row.cron}</code>} {row.zone}
          </span>
        </>
      ),
    },
    {
      id: 'next',
      title: 'Next',
      className: 'nowrap',
      value: (row) => row.nextAtMs,
      cell: (row) =>
        row.nextAtMs === null ? <span className="quiet">off</span> : format.dateTime(row.nextAtMs),
    },
    {
      id: 'missed',
      title: 'Missed while down',
      value: (row) => row.missed,
      cell: (row) => missedWords[row.missed],
    },
    {
      id: 'does',
      title: 'Does',
      className: 'wide',
      value: (row) => row.action.kind,
      cell: (row) =>
        row.action.kind === 'routine' ? routineWords[row.action.params.routine] : kindWords[row.action.kind],
    },
    {
      id: 'actions',
      title: 'Actions',
      cell: (row) =>
        can('admin') ? (
          <div className="row nowrap">
            <button
              type="button"
              className="button button-small"
              aria-disabled={action.isRunning}
              onClick={() =>
                action.run(async () => {
                  await api.decisions.runSchedule(row.id);
                  queries.outbox.refresh();
                  setShown(row.id);
                })
              }
            >
              Run now<span className="unseen"> {row.title}</span>
            </button>
            <button type="button" className="button button-small" onClick={() => setEdited(row)}>
              Change<span className="unseen"> {row.title}</span>
            </button>
            <button
              type="button"
              className="button button-small button-danger"
              onClick={() => setDeleted(row)}
            >
              Delete<span className="unseen"> {row.title}</span>
            </button>
          </div>
        ) : null,
    },
  ];
  return (
    <div className="stack">
      <section className="panel stack-tight" aria-labelledby="schedules-title">
        <h2 id="schedules-title">What runs by the clock</h2>
        {schedules.problem === undefined ? null : (
          <ProblemNote problem={schedules.problem} onRetry={queries.schedules.refresh} />
        )}
        {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
        {schedules.data === undefined && schedules.problem === undefined ? <Skeleton height={160} /> : null}
        {schedules.data === undefined ? null : (
          <Table
            id="schedules"
            label="Schedules"
            columns={columns}
            rows={schedules.data.schedules}
            rowKey={(row) => row.id}
            isPlain
            tools={
              can('admin') ? (
                <button type="button" className="button button-primary" onClick={() => setEdited('new')}>
                  <Icon name="plus" /> New schedule
                </button>
              ) : undefined
            }
          />
        )}
      </section>
      {shown === '' ? null : (
        <OutboxTable cause={shown} title={`Runs of ${shown}`} empty="It has not run yet." />
      )}
      <OutboxTable state="dead" title="Given up" empty="Nothing was given up." />
      <OutboxTable title="Newest actions" />
      {edited === undefined ? null : (
        <ScheduleDialog
          schedule={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
        />
      )}
      {deleted === undefined ? null : (
        <ConfirmDialog
          title={`Delete ${deleted.title}`}
          confirm="Delete"
          onClose={() => setDeleted(undefined)}
          onConfirm={async () => {
            await api.decisions.deleteSchedule(deleted.id);
            queries.schedules.refresh();
          }}
        >
          <p>Runs that are under way end. What ran stays in the list of actions.</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
