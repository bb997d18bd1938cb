import type { ContactPoint } from '../../../platform/contracts/alert-subscription.ts';
import type { RenderJob, RenderSchedule } from '../../../platform/contracts/render.ts';

/** Builders for tests: a scheduled report as `render` leaves it, its schedule, who gets it. */

export function madeReport(id: string, artefacts: RenderJob['artefacts'] = []): RenderJob {
  return {
    id,
    tenant: 'main',
    kind: 'report',
    title: 'Monthly for the board',
    params: { period: 'month', formats: ['pdf'] },
    askedBy: { type: 'schedule', id: 'sch1', name: 'Monthly for the board' },
    priority: 5,
    createdAtMs: 1,
    state: 'done',
    stage: 'done',
    percent: 100,
    attempts: 1,
    notes: [],
    summary: ['Revenue was $25.00, up 19.0% ($4.00) on April.', 'Profit was <b>$19.00</b>.'],
    costUsd: 0,
    startedAtMs: 1,
    endedAtMs: 2,
    artefacts,
  };
}

export function reportSchedule(recipients: string[]): RenderSchedule {
  return {
    id: 'sch1',
    tenant: 'main',
    title: 'Monthly for the board',
    cron: '0 7 1 * *',
    timeZone: 'UTC',
    missed: 'latest',
    report: { period: 'month', formats: ['pdf'], audience: 'investor' },
    recipients,
    isOn: true,
    createdAtMs: 0,
    createdBy: 'user:u1',
  };
}

export function recipient(id: string): ContactPoint {
  return {
    id,
    tenant: 'main',
    userId: 'u1',
    name: id,
    channel: 'email',
    shown: `${id}@example.net`,
    isOn: true,
    offReason: '',
    createdAtMs: 0,
  };
}
