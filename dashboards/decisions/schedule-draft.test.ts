import { Value } from '@sinclair/typebox/value';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  routineNames as contractNames,
  ScheduleRequest,
  type Schedule,
} from '../../platform/contracts/outbox.ts';
import { actionKinds } from '../../platform/contracts/policy.ts';
import { routineNames } from './decision-words.ts';
import { emptySchedule, scheduleDraftOf, scheduleRequestOf } from './schedule-draft.ts';

const anySchedule: fc.Arbitrary<Schedule> = fc
  .record({
    id: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
    tenant: fc.constant('main'),
    version: fc.integer({ min: 1, max: 99 }),
    title: fc.string({ minLength: 1, maxLength: 40 }),
    cron: fc.string({ minLength: 9, maxLength: 40 }),
    zone: fc.string({ minLength: 1, maxLength: 40 }),
    jitterMs: fc.integer({ min: 0, max: 3_600_000 }),
    missed: fc.constantFrom('skip' as const, 'run_once' as const, 'run_all' as const),
    action: fc.oneof(
      fc.record({
        kind: fc.constant('routine' as const),
        params: fc.record(
          {
            routine: fc.constantFrom(...contractNames),
            budget: fc.double({ min: 0, max: 1e12, noNaN: true }),
            endpoint: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
          },
          { requiredKeys: ['routine'] },
        ),
      }),
      fc.record({
        kind: fc.constantFrom(...actionKinds),
        params: fc.dictionary(
          fc.stringMatching(/^[a-z]{1,8}$/),
          fc.oneof(
            fc.string({ maxLength: 40 }),
            fc.constantFrom('5', '= a', ' '),
            fc.double({ noNaN: true, noDefaultInfinity: true }),
            fc.boolean(),
          ),
        ),
      }),
    ),
    enabled: fc.boolean(),
  })
  .map((each): Schedule => ({ ...each, changedAtMs: 0, changedBy: 'weir' }));

describe('a schedule in a form', () => {
  it('names every routine there is', () => {
    expect([...routineNames].toSorted()).toEqual([...contractNames].toSorted());
  });

  it('goes back as it came when nothing is touched, and keeps the rest when something is', () => {
    fc.assert(
      fc.property(anySchedule, (schedule) => {
        const { id: _, tenant: _1, changedAtMs: _2, changedBy: _3, ...body } = schedule;
        const draft = scheduleDraftOf(schedule);
        expect(scheduleRequestOf(draft, contractNames)).toEqual(body);
        expect(scheduleRequestOf({ ...draft, cron: '5 4 * * *' }, contractNames)).toEqual({
          ...body,
          cron: '5 4 * * *',
        });
      }),
    );
  });

  it('makes a request of what is typed, and says what means nothing', () => {
    const draft = {
      ...emptySchedule,
      title: 'Weekly ticket',
      jitterSeconds: '1.5',
      runs: { kind: 'ticket', params: { title: 'Look', body: '' } },
    } as const;
    const request = scheduleRequestOf(draft, contractNames);
    expect(Value.Check(ScheduleRequest, request)).toBe(true);
    expect(request).toMatchObject({ jitterMs: 1_500, action: { kind: 'ticket', params: { title: 'Look' } } });
    expect(() => scheduleRequestOf({ ...draft, jitterSeconds: 'x' }, contractNames)).toThrow('number');
    expect(() =>
      scheduleRequestOf({ ...draft, runs: { kind: 'budget', params: { to: '= a' } } }, contractNames),
    ).toThrow('formula');
    expect(() =>
      scheduleRequestOf({ ...draft, runs: { routine: 'none', budget: '', endpoint: '' } }, contractNames),
    ).toThrow('routine');
  });
});
