import { useState, type ReactNode } from 'react';
import type { Job } from '../../platform/contracts/api.ts';
import type { ForecastGrain } from '../../platform/contracts/forecast.ts';
import type { ModelManifest } from '../../platform/contracts/model-manifest.ts';
import { useLiveJobs, useQuery, useTopic } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { useAction } from '../ui/form.tsx';
import { JobCard } from '../ui/job.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';

const stateWords = { current: '● in force', retired: 'retired', refused: 'refused: worse' } as const;

/** The trained versions behind the forecasts, training anew with its progress, and the way back. */
export function ModelsPanel({ grain }: { readonly grain: ForecastGrain }): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const models = useQuery(queries.forecastModels, grain);
  const action = useAction();
  const [back, setBack] = useState<number>();
  const versions = models.data?.grain === grain ? models.data.versions : undefined;
  const columns: readonly Column<ModelManifest>[] = [
    {
      id: 'version',
      title: 'Version',
      isName: true,
      isNumber: true,
      cell: (row) => row.version,
      value: (row) => row.version,
    },
    { id: 'state', title: 'State', cell: (row) => stateWords[row.state], value: (row) => row.state },
    {
      id: 'trained',
      title: 'Trained',
      cell: (row) => format.dateTime(row.trainedAtMs),
      value: (row) => new Date(row.trainedAtMs).toISOString(),
    },
    { id: 'why', title: 'Because', cell: (row) => row.reason, value: (row) => row.reason },
    {
      id: 'error',
      title: 'Scaled error',
      isNumber: true,
      cell: (row) => format.value(row.backtest.error, 'count', 'tile'),
      value: (row) => row.backtest.error,
    },
    {
      id: 'naive',
      title: 'To seasonal-naive',
      isNumber: true,
      cell: (row) => format.value(row.backtest.relativeToReference, 'times', 'tile'),
      value: (row) => row.backtest.relativeToReference,
    },
    {
      id: 'back',
      title: 'Go back',
      cell: (row) =>
        row.state === 'current' || !can('admin') ? null : (
          <button type="button" className="button button-small" onClick={() => setBack(row.version)}>
            Use version {row.version}
          </button>
        ),
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="models-title">
      <div className="row spread">
        <h2 id="models-title">Models</h2>
        {can('kpis:write') ? (
          <button
            type="button"
            className="button"
            aria-disabled={action.isRunning}
            onClick={() =>
              action.run(async () => {
                await api.retrainForecasts(grain);
                queries.jobs.refresh();
              })
            }
          >
            Train now
          </button>
        ) : null}
      </div>
      <p className="quiet">
        They learn anew when reality leaves the intervals more often than it should, and once in a while. A
        new version counts only if it is no worse on the same past.
      </p>
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      <TrainingJobs grain={grain} />
      {models.problem === undefined ? null : (
        <ProblemNote problem={models.problem} onRetry={queries.forecastModels.refresh} />
      )}
      {versions === undefined ? (
        models.problem === undefined && <Skeleton height={80} />
      ) : versions.length === 0 ? (
        <Empty title="No version has been trained yet" />
      ) : (
        <Table
          id="model-versions"
          label="Versions of the models"
          columns={columns}
          rows={versions}
          rowKey={(row) => String(row.version)}
        />
      )}
      {back === undefined ? null : (
        <ConfirmDialog
          title={`Forecast with version ${back}`}
          confirm="Use it"
          onClose={() => setBack(undefined)}
          onConfirm={async () => {
            await api.rollBackForecasts(grain, back);
            queries.jobs.refresh();
          }}
        >
          <p>
            Forecasts are made anew with that version. The one in force now is kept and can be brought back.
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}

/** Trainings that wait, run or have just ended, told live; asked for where the socket is silent. */
function TrainingJobs({ grain }: { readonly grain: ForecastGrain }): ReactNode {
  const { api, queries } = useWorkspace();
  useTopic('jobs');
  const live = useLiveJobs();
  const asked = useQuery(queries.jobs, live === undefined ? 'all' : undefined);
  const jobs = (live ?? asked.data?.jobs ?? []).filter((job) => isForecastJob(job, grain)).slice(0, 3);
  const action = useAction();
  if (jobs.length === 0) return null;
  return (
    <div className="stack-tight" aria-live="polite">
      {jobs.map((job) => (
        <JobCard
          key={job.id}
          job={job}
          onCancel={() =>
            action.run(async () => {
              await api.cancelJob(job.id);
            })
          }
        />
      ))}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
    </div>
  );
}

function isForecastJob(
  { kind, params, state, updatedAtMs, createdAtMs }: Job,
  grain: ForecastGrain,
): boolean {
  const isOpen = state === 'queued' || state === 'running';
  return (
    kind === 'models' &&
    params['task'] === 'forecast' &&
    params['grain'] === grain &&
    (isOpen || updatedAtMs >= createdAtMs)
  );
}
