import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { actionKinds, decisionStates, Policy, PolicyRequest } from '../../platform/contracts/policy.ts';
import { policyTemplates } from '../../platform/contracts/policy-templates.ts';
import { severities, signalKinds } from '../../platform/contracts/signal.ts';
import {
  draftOf,
  draftOfTemplate,
  emptyDraft,
  listOf,
  listText,
  requestOf,
  type PolicyDraft,
} from './policy-draft.ts';

const full: PolicyDraft = {
  ...emptyDraft,
  title: 'Revenue fell',
  kpis: 'total_revenue, views',
  channels: 'c1',
  where: 'observed < expected * 0.8\nscore >= 0.5',
  forMinutes: '10',
  budgetHours: '24',
  budgetCount: '3',
  budgetMoney: '500',
  quietFrom: '22:00',
  quietTo: '07:00',
  quietZone: 'Europe/Berlin',
  actions: [
    { kind: 'budget', params: { target: 'ads', to: '= observed / 10' } },
    { kind: 'price', params: { target: 'plan', to: '9.5' } },
    { kind: 'ticket', params: { title: '{title}', body: 'look' } },
  ],
  money: 'expected - observed',
  expectedKpi: 'total_revenue',
  expectedDelta: 'expected - observed',
  expectedLow: '0',
  guardrails: 'refund_rate 1h > 0.05 roll_back',
};

describe('a template in the form of a new policy', () => {
  it.each(policyTemplates.map(({ id, policy }) => [id, policy] as const))(
    'is sent as it is: %s',
    (_, policy) => {
      const request = requestOf(draftOfTemplate(policy, 'Europe/Berlin'), 0);
      const when = policy.when.type === 'schedule' ? { ...policy.when, zone: 'Europe/Berlin' } : policy.when;
      expect(request).toEqual({ ...policy, when, version: 0 });
    },
  );
});

describe('a policy in a form', () => {
  it('becomes a request of the contract, and comes back the same', () => {
    const request = requestOf(full, 3);
    expect(Value.Check(PolicyRequest, request)).toBe(true);
    expect(request).toMatchObject({
      version: 3,
      forMs: 600_000,
      when: {
        where: [{ left: 'observed', is: '<', right: 'expected * 0.8' }, { is: '>=' }],
        dims: { channel: ['c1'] },
      },
      actions: [
        { params: { to: { formula: 'observed / 10' } } },
        { params: { to: 9.5 } },
        { params: { body: 'look' } },
      ],
      guardrails: [{ kpi: 'refund_rate', window: '1h', is: '>', value: 0.05, onBreach: 'roll_back' }],
    });
    const { version: _, ...body } = request;
    const policy: Policy = {
      ...body,
      id: 'p',
      tenant: 'main',
      version: 3,
      createdAtMs: 0,
      changedAtMs: 0,
      changedBy: 'user:a',
    };
    expect(Value.Check(Policy, policy)).toBe(true);
    expect(requestOf(draftOf(policy), 3)).toEqual(request);
  });

  it.each([
    [{ type: 'schedule' } as const, { type: 'schedule', cron: '0 8 * * 1', zone: 'UTC' }],
    [{ type: 'event', eventType: 'refund' } as const, { type: 'event', eventType: 'refund' }],
    [
      { type: 'decision', ofPolicy: 'other', states: ['kept', 'failed'] } as const,
      { type: 'decision', states: ['kept', 'failed'], policyId: 'other' },
    ],
    [
      { type: 'signal', isGood: 'no', minSeverity: '', countries: 'DE, "a, b"' } as const,
      { type: 'signal', kinds: ['anomaly'], isGood: false, dims: { country: ['DE', 'a, b'] } },
    ],
  ])('takes every trigger: %o', (change, when) => {
    const request = requestOf({ ...emptyDraft, title: 'x', ...change }, 0);
    expect(request.when).toEqual(when);
    expect(Value.Check(PolicyRequest, request)).toBe(true);
  });

  it.each([
    [{ where: 'observed expected' }, 'is no condition'],
    [{ guardrails: 'refund_rate > 5' }, 'is no guardrail'],
    [{ guardrails: 'refund_rate 1h > 5 stop everywhere' }, 'is no guardrail'],
    [{ budgetHours: '' }, 'needs its period'],
    [{ quietTo: '' }, 'a beginning and an end'],
    [{ type: 'decision', states: [] } as const, 'at least one state'],
    [{ channels: '"c1' }, 'not closed'],
    [{ coolDownMinutes: 'soon' }, 'must be a number'],
    [{ expiresAfterHours: '' }, 'must be a number'],
  ])('says what means nothing: %o', (change, message) => {
    expect(() => requestOf({ ...full, ...change }, 0)).toThrow(message);
  });
});

const text = (minLength: number, maxLength = 60) =>
  fc.oneof(
    fc.string({ minLength, maxLength }),
    fc.string({
      unit: fc.constantFrom('a', '1', '=', ',', '"', ' ', '\n', '<', '.'),
      minLength,
      maxLength: 12,
    }),
  );
const values = fc.option(fc.array(text(1), { minLength: 1, maxLength: 4 }), { nil: undefined });
const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/);
const id = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const comparison = fc.constantFrom('<', '<=', '>', '>=', '=', '!=' as const);
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const conditions = maybe(
  fc.array(fc.record({ left: text(1), is: comparison, right: text(1) }), { maxLength: 4 }),
);
const dims = maybe(fc.record({ channel: values, content: values, country: values, stream: values }));
const trigger = fc.oneof(
  fc.record({
    type: fc.constant('signal' as const),
    kinds: fc.uniqueArray(fc.constantFrom(...signalKinds), { minLength: 1, maxLength: 5 }),
    kpis: values,
    minSeverity: maybe(fc.constantFrom(...severities)),
    isGood: maybe(fc.boolean()),
    dims,
    where: conditions,
  }),
  fc.record({ type: fc.constant('schedule' as const), cron: text(9), zone: text(1) }),
  fc.record({ type: fc.constant('event' as const), eventType: text(1), dims, where: conditions }),
  fc.record({
    type: fc.constant('decision' as const),
    states: fc.uniqueArray(fc.constantFrom(...decisionStates), { minLength: 1, maxLength: 10 }),
    policyId: maybe(id),
  }),
);
const clockTime = fc.constantFrom('00:00', '07:30', '23:59');
const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    id,
    tenant: id,
    version: fc.integer({ min: 1, max: 1e6 }),
    enabled: fc.boolean(),
    title: text(1),
    description: text(0),
    when: trigger,
    forMs: fc.integer({ min: 0, max: 30 * 24 * 3_600_000 }),
    coolDownMs: fc.integer({ min: 0, max: 90 * 24 * 3_600_000 }),
    budget: maybe(
      fc.record({
        periodHours: fc.integer({ min: 1, max: 8_784 }),
        count: maybe(fc.integer({ min: 1, max: 10_000 })),
        money: maybe(fc.double({ min: 1e-9, max: 1e12, noNaN: true })),
      }),
    ),
    quietHours: maybe(
      fc.record({
        from: clockTime,
        to: clockTime,
        zone: text(1),
        inside: fc.constantFrom('hold' as const, 'drop' as const),
        criticalPasses: fc.boolean(),
      }),
    ),
    actions: fc.array(
      fc.record({
        kind: fc.constantFrom(...actionKinds),
        params: fc.dictionary(
          fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/),
          fc.oneof(text(0), number, fc.boolean(), fc.record({ formula: text(1) })),
          { maxKeys: 5 },
        ),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    money: maybe(text(1)),
    expected: maybe(
      fc.record({
        kpi: word,
        delta: text(1),
        low: maybe(text(1)),
        high: maybe(text(1)),
        horizonHours: fc.integer({ min: 4, max: 2_160 }),
      }),
    ),
    guardrails: fc.array(
      fc.record({
        kpi: word,
        window: fc.constantFrom('1m' as const, '1h' as const),
        is: comparison,
        value: number,
        onBreach: fc.constantFrom('stop' as const, 'roll_back' as const),
        scope: maybe(fc.constantFrom('decision' as const, 'total' as const)),
      }),
      { maxLength: 8 },
    ),
    mode: fc.constantFrom('suggest' as const, 'approve' as const, 'automatic' as const),
    expiresAfterHours: fc.integer({ min: 1, max: 720 }),
  })
  // As JSON brings it: what is undefined is not there.
  .map((each) => ({
    ...JSON.parse(JSON.stringify(each)),
    createdAtMs: 0,
    changedAtMs: 0,
    changedBy: 'user:a',
  }))
  .filter((each): each is Policy => Value.Check(Policy, each));

function bodyOf(policy: Policy): PolicyRequest {
  const { id: _, tenant: _1, createdAtMs: _2, changedAtMs: _3, changedBy: _4, ...body } = policy;
  return body;
}

describe('whatever REST set', () => {
  it('goes back as it came when nothing is touched', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        expect(requestOf(draftOf(policy), policy.version)).toEqual(bodyOf(policy));
      }),
      { numRuns: 500 },
    );
  });

  it('stays beside what is changed', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        const draft = draftOf(policy);
        const body = bodyOf(policy);
        const with2 = (change: Partial<PolicyDraft>) => requestOf({ ...draft, ...change }, policy.version);
        expect(with2({ title: 'Another' })).toEqual({ ...body, title: 'Another' });
        expect(with2({ coolDownMinutes: '7' })).toEqual({ ...body, coolDownMs: 420_000 });
        expect(with2({ mode: 'suggest' })).toEqual({ ...body, mode: 'suggest' });
        const extra = { kind: 'ticket', params: { title: 'a', body: 'b' } } as const;
        expect(with2({ actions: [extra, ...draft.actions] }).actions).toEqual([extra, ...body.actions]);
        if (body.when.type === 'signal') {
          expect(with2({ kpis: 'views' }).when).toEqual({ ...body.when, kpis: ['views'] });
          expect(with2({ channels: 'c9' }).when).toEqual({
            ...body.when,
            dims: { ...body.when.dims, channel: ['c9'] },
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('lists hold commas, quotes and space', () => {
    fc.assert(
      fc.property(fc.array(text(1), { maxLength: 6 }), (list) => {
        expect(listOf(listText(list))).toEqual(list);
      }),
    );
  });
});
