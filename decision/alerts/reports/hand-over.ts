import type { ContactPoint } from '../../../platform/contracts/alert-subscription.ts';
import type { AlertMessage, Delivery } from '../../../platform/contracts/alert-thread.ts';
import type { RenderJob, RenderSchedule } from '../../../platform/contracts/render.ts';
import type { ReportMailMark } from '../../../platform/contracts/report-mail.ts';
import { nameOf } from '../core/alert.ts';

/** Where records are; keys are `<tenant>.<id>`. */
export interface HandOverDeps {
  /** KV `renders`, written by whoever renders. */
  readonly jobs: { values(): readonly RenderJob[]; get(key: string): RenderJob | undefined };
  /** As stored now, not as last heard of: who was added a moment ago gets the report. */
  readonly scheduleOf: (key: string) => Promise<RenderSchedule | undefined>;
  readonly contacts: { get(key: string): ContactPoint | undefined };
  readonly marks: {
    get(key: string): ReportMailMark | undefined;
    values(): readonly ReportMailMark[];
    create(key: string, mark: ReportMailMark): Promise<boolean>;
    delete(key: string): Promise<void>;
  };
  readonly tenantOf: (
    id: string,
  ) => { readonly name: string; readonly currency: string; readonly timeZone: string } | undefined;
  /** Puts deliveries on record; one of the same id that is there already stays as it is. */
  readonly queue: (deliveries: readonly Delivery[]) => Promise<void>;
  /** Throws when somebody else owns the mail. */
  readonly confirm: () => Promise<void>;
}

/**
 * Queues what scheduled renders made for the recipients of their schedule. Answers how many deliveries it queued.
 *
 * Order of effects for one job, and what a kill in between leaves: (1) deliveries, under ids that follow from tenant, render and contact
 * point; (2) the mark. Killed before 1, or between two deliveries, or before 2, the job is looked at again and the same ids are created
 * again, which does nothing where they are. They still are: sent deliveries are forgotten after an hour, by the same loop, which looks here
 * first. Killed after 2, the deliverer has them. A job that ended while nobody sent mail is found when somebody does.
 */
export async function handOverReports(deps: HandOverDeps, nowMs: number): Promise<number> {
  let queued = 0;
  for (const job of deps.jobs.values()) {
    const key = `${job.tenant}.${job.id}`;
    if (job.endedAtMs === undefined || job.askedBy.type !== 'schedule' || job.kind !== 'report') continue;
    if (deps.marks.get(key) !== undefined) continue;
    const deliveries = job.state === 'done' ? await deliveriesOf(deps, job, nowMs) : [];
    await deps.confirm();
    await deps.queue(deliveries);
    await deps.marks.create(key, {
      tenant: job.tenant,
      renderId: job.id,
      contactIds: deliveries.map(({ contactId }) => contactId),
      atMs: nowMs,
    });
    queued += deliveries.length;
  }
  return queued;
}

/** Marks live as long as the render they speak of. */
export async function sweepMarks({ jobs, marks }: Pick<HandOverDeps, 'jobs' | 'marks'>): Promise<void> {
  for (const { renderId, tenant } of marks.values()) {
    const key = `${tenant}.${renderId}`;
    if (jobs.get(key) === undefined) await marks.delete(key);
  }
}

async function deliveriesOf(deps: HandOverDeps, job: RenderJob, nowMs: number): Promise<Delivery[]> {
  const schedule = await deps.scheduleOf(`${job.tenant}.${job.askedBy.id}`);
  const tenant = deps.tenantOf(job.tenant);
  if (schedule === undefined || tenant === undefined) return [];
  return (schedule.recipients ?? []).flatMap((contactId) => {
    const contact = deps.contacts.get(`${job.tenant}.${contactId}`);
    if (contact?.channel !== 'email') return [];
    const message: AlertMessage = {
      id: nameOf('m', job.tenant, job.id, 'report'),
      tenant: job.tenant,
      subscriptionId: schedule.id,
      subscriptionName: schedule.title.slice(0, 120),
      userId: contact.userId,
      kind: 'report',
      isEscalation: false,
      severity: 'info',
      createdAtMs: nowMs,
      why: 'this address is one of its recipients',
      timeZone: tenant.timeZone,
      currency: tenant.currency,
      tenantName: tenant.name,
      threads: [],
      moreThreads: 0,
      counts: noCounts,
      held: 0,
      report: {
        renderId: job.id,
        title: job.title,
        summary: job.summary ?? [],
        notes: job.notes,
        files: job.artefacts,
      },
    };
    return [
      {
        id: nameOf('d', message.id, contactId),
        tenant: job.tenant,
        contactId,
        channel: 'email' as const,
        state: 'waiting' as const,
        tries: 0,
        nextAtMs: nowMs,
        attempts: [],
        createdAtMs: nowMs,
        endedAtMs: null,
        message,
      },
    ];
  });
}

const noCounts: AlertMessage['counts'] = {
  fired: 0,
  changed: 0,
  resolved: 0,
  ended: 0,
  still: 0,
  covered: 0,
  silenced: 0,
  dropped: 0,
  overflow: 0,
};
