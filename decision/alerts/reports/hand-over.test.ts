import { expect, test } from 'vitest';
import type { ContactPoint } from '../../../platform/contracts/alert-subscription.ts';
import type { Delivery } from '../../../platform/contracts/alert-thread.ts';
import type { RenderJob, RenderSchedule } from '../../../platform/contracts/render.ts';
import type { ReportMailMark } from '../../../platform/contracts/report-mail.ts';
import { handOverReports, sweepMarks, type HandOverDeps } from './hand-over.ts';
import { madeReport, recipient, reportSchedule } from './testing.ts';

/** What is stored survives a crash; each effect may be the last before one. */
function world(jobs: readonly RenderJob[], schedule: RenderSchedule | undefined, crashAt = Infinity) {
  const deliveries = new Map<string, Delivery>();
  const marks = new Map<string, ReportMailMark>();
  let effects = 0;
  let at = crashAt;
  const effect = (): void => {
    effects += 1;
    if (effects === at) throw new Error('killed');
  };
  const deps: HandOverDeps = {
    jobs: { values: () => jobs, get: (key) => jobs.find((job) => `${job.tenant}.${job.id}` === key) },
    scheduleOf: async () => await Promise.resolve(schedule),
    contacts: { get: (key) => contacts.get(key) },
    marks: {
      get: (key) => marks.get(key),
      values: () => [...marks.values()],
      create: async (key, mark) => {
        effect();
        marks.set(key, mark);
        effect();
        return await Promise.resolve(true);
      },
      delete: async (key) => {
        marks.delete(key);
        await Promise.resolve();
      },
    },
    tenantOf: () => ({ name: 'Main', currency: 'USD', timeZone: 'UTC' }),
    queue: async (wanted) => {
      for (const each of wanted) {
        effect();
        if (!deliveries.has(each.id)) deliveries.set(each.id, each);
        effect();
      }
      await Promise.resolve();
    },
    confirm: async () => await Promise.resolve(),
  };
  return { deps, deliveries, marks, heal: () => (at = Infinity) };
}

const contacts = new Map<string, ContactPoint>(
  [recipient('a'), recipient('b'), { ...recipient('chat'), channel: 'slack' as const }].map((contact) => [
    `main.${contact.id}`,
    contact,
  ]),
);

test('killed before or after any effect, each recipient gets one delivery', async () => {
  for (let crashAt = 1; crashAt <= 7; crashAt += 1) {
    const { deps, deliveries, heal, marks } = world(
      [madeReport('r1')],
      reportSchedule(['a', 'b', 'chat', 'gone']),
      crashAt,
    );
    const first = await handOverReports(deps, 1).catch((error: unknown) => error);
    if (crashAt <= 6) expect(first).toMatchObject({ message: 'killed' });
    heal();
    await handOverReports(deps, 2);
    expect(
      [...deliveries.values()].map(({ contactId }) => contactId),
      `crash at ${crashAt}`,
    ).toEqual(['a', 'b']);
    expect(marks.get('main.r1')?.contactIds).toEqual(['a', 'b']);
    // Sent and forgotten since: the mark alone keeps it from going out again.
    deliveries.clear();
    expect(await handOverReports(deps, 3)).toBe(0);
    expect(deliveries.size).toBe(0);
  }
});

test.each<[string, RenderJob, RenderSchedule | undefined]>([
  [
    'a report that could not be made',
    { ...madeReport('r1'), state: 'failed', artefacts: [] },
    reportSchedule(['a']),
  ],
  ['a schedule that was removed meanwhile', madeReport('r1'), undefined],
  ['a schedule without recipients', madeReport('r1'), reportSchedule([])],
])('%s goes to nobody, and is not looked at again', async (_name, job, schedule) => {
  const { deps, deliveries, marks } = world([job], schedule);
  expect(await handOverReports(deps, 1)).toBe(0);
  expect(deliveries.size).toBe(0);
  expect(marks.get('main.r1')?.contactIds).toEqual([]);
});

test('what is still being made, and what a person asked for, is left alone', async () => {
  const running: RenderJob = { ...madeReport('r1'), state: 'running' };
  delete running.endedAtMs;
  const asked: RenderJob = { ...madeReport('r2'), askedBy: { type: 'person', id: 'u1', name: 'Ann' } };
  const { deps, deliveries, marks } = world([running, asked], reportSchedule(['a']));
  expect(await handOverReports(deps, 1)).toBe(0);
  expect([deliveries.size, marks.size]).toEqual([0, 0]);
});

test('a mark goes with the render it speaks of', async () => {
  const jobs = [madeReport('r1'), madeReport('r2')];
  const { deps, marks } = world(jobs, reportSchedule(['a']));
  await handOverReports(deps, 1);
  jobs.shift();
  await sweepMarks(deps);
  expect([...marks.keys()]).toEqual(['main.r2']);
});
