import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { Policy, PolicyRequest } from '../../platform/contracts/policy.ts';
import { draftOf, emptyDraft, requestOf, type PolicyDraft } from './policy-draft.ts';

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

describe('a policy in a form', () => {
  it('becomes a request of the contract, and comes back the same', () => {
    const request = requestOf(full, 'Europe/Berlin', 3);
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
    expect(requestOf(draftOf(policy), 'Europe/Berlin', 3)).toEqual(request);
  });

  it.each([
    [{ type: 'schedule' } as const, { type: 'schedule', cron: '0 8 * * 1', zone: 'UTC' }],
    [{ type: 'event', eventType: 'refund' } as const, { type: 'event', eventType: 'refund' }],
    [
      { type: 'decision', ofPolicy: 'other' } as const,
      { type: 'decision', states: ['applied'], policyId: 'other' },
    ],
  ])('takes every trigger: %o', (change, when) => {
    const request = requestOf({ ...emptyDraft, title: 'x', ...change }, 'UTC', 0);
    expect(request.when).toEqual(when);
    expect(Value.Check(PolicyRequest, request)).toBe(true);
  });

  it.each([
    [{ where: 'observed expected' }, 'is no condition'],
    [{ guardrails: 'refund_rate > 5' }, 'is no guardrail'],
    [{ coolDownMinutes: 'soon' }, 'must be a number'],
    [{ expiresAfterHours: '' }, 'must be a number'],
  ])('says what means nothing: %o', (change, message) => {
    expect(() => requestOf({ ...full, ...change }, 'UTC', 0)).toThrow(message);
  });
});
