import { useState, type ReactNode } from 'react';
import type { RenderScheduleView } from '../../platform/contracts/render.ts';
import { cronWords } from '../data/cron-words.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Form, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { MailLine, RecipientsField } from './recipients.tsx';
import { firstDraft, isDraftWhole, ReportFields, type ReportDraft } from './report-fields.tsx';

/** Reports that are made by themselves, at local times. */
export function ScheduleTab(): ReactNode {
  const { can, queries } = useWorkspace();
  const schedules = useQuery(queries.renderSchedules, 'all');
  return (
    <div className="columns-2">
      <section className="panel stack-tight" aria-labelledby="ask-title">
        <h2 id="ask-title">Add a schedule</h2>
        {can('kpis:write') ? <ScheduleForm /> : <p className="quiet">Analysts and admins add schedules.</p>}
      </section>
      <section className="stack-tight" aria-labelledby="schedules-title">
        <h2 id="schedules-title">Schedules</h2>
        {schedules.problem === undefined ? null : (
          <ProblemNote problem={schedules.problem} onRetry={queries.renderSchedules.refresh} />
        )}
        {schedules.data === undefined ? (
          schedules.problem === undefined && <Skeleton height={96} />
        ) : schedules.data.schedules.length === 0 ? (
          <Empty title="No schedules yet">
            <p className="quiet">A monthly report on the first working morning is a good start.</p>
          </Empty>
        ) : (
          schedules.data.schedules.map((schedule) => <ScheduleCard key={schedule.id} schedule={schedule} />)
        )}
      </section>
    </div>
  );
}

const times = [
  ['0 7 * * *', 'Every day at 7:00'],
  ['0 7 * * 1', 'Mondays at 7:00'],
  ['0 7 1 * *', 'On the 1st of a month at 7:00'],
  ['0 7 1 1,4,7,10 *', 'On the first day of a quarter at 7:00'],
  ['own', 'A cron line of your own'],
] as const;

function ScheduleForm(): ReactNode {
  const { api, queries, session } = useWorkspace();
  const action = useAction();
  const [draft, setDraft] = useState<ReportDraft>(firstDraft);
  const [title, setTitle] = useState('');
  const [time, setTime] = useState<string>('0 7 1 * *');
  const [own, setOwn] = useState('');
  const [recipients, setRecipients] = useState<readonly string[]>([]);
  const submit = async (): Promise<void> => {
    const { from: _from, to: _to, ...report } = draft;
    await api.addRenderSchedule({
      title: title.trim(),
      cron: time === 'own' ? own.trim() : time,
      timeZone: session.tenant.timeZone,
      missed: 'latest',
      report: { ...report, formats: [...draft.formats] },
      recipients: [...recipients],
      isOn: true,
    });
    setTitle('');
    setRecipients([]);
    queries.renderSchedules.refresh();
  };
  return (
    <Form
      label="Add a schedule"
      action={action}
      onSubmit={submit}
      buttons={
        <button
          type="submit"
          className="button button-primary"
          disabled={title.trim() === '' || !isDraftWhole(draft)}
          aria-disabled={action.isRunning}
        >
          Add
        </button>
      }
    >
      <TextField
        label="Name"
        fault={action.faultOf('title')}
        maxLength={200}
        value={title}
        onChange={setTitle}
      />
      <ChoiceField
        label={`When, in ${session.tenant.timeZone}`}
        value={time}
        choices={times}
        onChange={setTime}
      />
      {time === 'own' ? (
        <TextField
          label="Cron line"
          hint="Minute, hour, day of month, month, weekday."
          fault={action.faultOf('cron')}
          isCode
          maxLength={100}
          value={own}
          onChange={setOwn}
        />
      ) : null}
      <ReportFields draft={draft} onChange={setDraft} isRecurring />
      <RecipientsField chosen={recipients} onChange={setRecipients} fault={action.faultOf('recipients')} />
    </Form>
  );
}

function ScheduleCard({ schedule }: { readonly schedule: RenderScheduleView }): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const action = useAction();
  const { id, createdAtMs: _createdAtMs, createdBy: _createdBy, nextRunMs, ...wish } = schedule;
  const run = (work: () => Promise<unknown>): void =>
    action.run(async () => {
      await work();
      queries.renderSchedules.refresh();
    });
  return (
    <article className="job render" aria-label={schedule.title}>
      <div className="row spread">
        <span className="strong ellipsis">{schedule.title}</span>
        <span className={`badge ${schedule.isOn ? 'badge-good' : ''}`}>
          {schedule.isOn ? 'on' : 'paused'}
        </span>
      </div>
      <p className="small quiet">
        {cronWords(schedule.cron) ?? <code>{schedule.cron}</code>} in {schedule.timeZone}
        {nextRunMs === null ? '' : ` · next ${format.dateTime(nextRunMs)}`} ·{' '}
        {schedule.report.formats.join(', ').toUpperCase()}
      </p>
      <MailLine schedule={schedule} />
      {can('kpis:write') ? (
        <div className="row">
          <button
            type="button"
            className="button button-small"
            aria-disabled={action.isRunning}
            onClick={() =>
              run(async () => await api.changeRenderSchedule(id, { ...wish, isOn: !schedule.isOn }))
            }
          >
            {schedule.isOn ? 'Pause' : 'Resume'}
          </button>
          <button
            type="button"
            className="button button-small"
            aria-disabled={action.isRunning}
            aria-label={`Remove ${schedule.title}`}
            onClick={() => run(async () => await api.removeRenderSchedule(id))}
          >
            Remove
          </button>
        </div>
      ) : null}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
    </article>
  );
}
