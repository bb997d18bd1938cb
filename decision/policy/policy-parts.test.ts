import { describe, expect, it } from 'vitest';
import { defaultDecisionSettings, type PolicyRequest } from '../../platform/contracts/policy.ts';
import { request, signal } from '../testing/fixtures.ts';
import { evidenceOfSignal } from './evidence.ts';
import { fill, resolveParam, valueOf } from './expression.ts';
import { quietUntil } from './quiet-hours.ts';
import { checkPolicy } from './validate.ts';

describe('quiet hours', () => {
  const night = {
    from: '22:00',
    to: '07:00',
    zone: 'Europe/Berlin',
    inside: 'hold',
    criticalPasses: false,
  } as const;
  const iso = (text: string): number => Date.parse(text);

  it.each([
    // Berlin is UTC+1 in winter and UTC+2 in summer; IANA tz database.
    ['before they begin', '2026-01-10T20:59:59Z', undefined],
    ['as they begin', '2026-01-10T21:00:00Z', '2026-01-11T06:00:00Z'],
    ['after midnight', '2026-01-11T03:30:00Z', '2026-01-11T06:00:00Z'],
    ['as they end', '2026-01-11T06:00:00Z', undefined],
    ['over the night the clock goes forward', '2026-03-28T22:00:00Z', '2026-03-29T05:00:00Z'],
    ['over the night the clock goes back', '2026-10-24T21:00:00Z', '2026-10-25T06:00:00Z'],
  ])('%s', (_, at, until) => {
    expect(quietUntil(night, iso(at))).toBe(until === undefined ? undefined : iso(until));
  });

  it('a day without night has none', () => {
    expect(quietUntil({ ...night, to: '22:00' }, iso('2026-01-10T22:00:00Z'))).toBeUndefined();
  });
});

describe('expressions over evidence', () => {
  const evidence = evidenceOfSignal(
    signal({
      dims: { channel: 'c1' },
      evidence: { observed: 60, expected: 100, peakAtMs: 5, stage: 'viral' },
    }),
  );

  it.each([
    ['expected - observed', 40],
    ['max(observed, expected) / 3', 100 / 3],
    ['peak_at_ms + severity', 6],
    ['nothing', null],
    ['observed / 0', null],
    ['prev(observed)', null],
  ])('%s = %s', (text, value) => {
    expect(valueOf(text, evidence)).toBe(value);
  });

  it('texts take words and numbers, and are not sent half', () => {
    expect(fill('{channel} is {stage}: {observed} of {expected}, {severity}', evidence)).toBe(
      'c1 is viral: 60 of 100, warning',
    );
    expect(fill('{channel} {unknown}', evidence)).toBeUndefined();
    expect(resolveParam('{constructor}', evidence)).toBeUndefined();
    expect(resolveParam({ formula: 'constructor' }, evidence)).toBeUndefined();
  });
});

describe('validation', () => {
  const fails = (change: Partial<PolicyRequest>, field: string): void => {
    expect(() => checkPolicy(request(change), defaultDecisionSettings)).toThrow(
      expect.objectContaining({ code: 'DECISION_POLICY_INVALID', details: { field } }),
    );
  };

  it('takes what is right', () => {
    expect(() => checkPolicy(request(), defaultDecisionSettings)).not.toThrow();
  });

  it('names the place of what is wrong', () => {
    fails({ when: { type: 'schedule', cron: 'a b c d e', zone: 'UTC' } }, 'when.cron');
    fails({ when: { type: 'schedule', cron: '0 * * * *', zone: 'Mars/North' } }, 'when.zone');
    fails({ when: { type: 'schedule', cron: '0 * * * *', zone: 'UTC' }, forMs: 1 }, 'forMs');
    fails(
      { when: { type: 'signal', kinds: ['anomaly'], where: [{ left: 'a +', is: '<', right: '1' }] } },
      'when.where.0.left',
    );
    fails({ money: '(1' }, 'money');
    fails({ budget: { periodHours: 1, money: 5 } }, 'budget.money');
    fails(
      { quietHours: { from: '22:00', to: '07:00', zone: 'x y', inside: 'hold', criticalPasses: true } },
      'quietHours.zone',
    );
    fails({ expected: { kpi: 'views', delta: '1 1', horizonHours: 24 } }, 'expected.delta');
    fails({ actions: [{ kind: 'alert', params: { title: 'x' } }] }, 'actions.0.params.body');
    fails({ actions: [{ kind: 'ticket', params: { title: 'x', body: 'y', z: 1 } }] }, 'actions.0.params.z');
    fails({ actions: [{ kind: 'job', params: { job: 'format-disk' } }] }, 'actions.0.params.job');
    fails(
      { actions: [{ kind: 'price', params: { target: 'p', to: { formula: ')' } } }] },
      'actions.0.params.to',
    );
  });

  it('what spends, prices or publishes runs by itself only with leave', () => {
    const actions: PolicyRequest['actions'] = [{ kind: 'budget', params: { target: 'c', to: 5 } }];
    const automatic = request({ mode: 'automatic', actions });
    expect(() => checkPolicy(automatic, defaultDecisionSettings)).toThrow(
      expect.objectContaining({ code: 'DECISION_AUTOMATIC_REFUSED' }),
    );
    expect(() => checkPolicy(automatic, { ...defaultDecisionSettings, automaticKinds: ['price'] })).toThrow(
      /budget/,
    );
    expect(() =>
      checkPolicy(automatic, { ...defaultDecisionSettings, automaticKinds: ['budget'] }),
    ).not.toThrow();
    expect(() => checkPolicy(request({ mode: 'automatic' }), defaultDecisionSettings)).not.toThrow();
  });
});
