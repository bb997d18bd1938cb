import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../platform/contracts/policy.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import { hourMs, minuteMs, policy, proposal, signal, t0 } from '../testing/fixtures.ts';
import { emptyStepState, type StepState } from './state.ts';
import { nextDueMs, stepPolicies, type PolicyInput, type PolicyOutput } from './step.ts';

function run(
  policies: readonly Policy[],
  inputs: readonly PolicyInput[],
  from: StepState = emptyStepState,
): [StepState, PolicyOutput[]] {
  const outputs: PolicyOutput[] = [];
  let state = from;
  for (const input of inputs) {
    const [next, told] = stepPolicies(state, policies, input);
    state = next;
    outputs.push(...told);
  }
  return [state, outputs];
}

const tick = (atMs: number): PolicyInput => ({ type: 'tick', atMs });
const hear = (atMs: number, change: Partial<Signal> = {}): PolicyInput => ({
  type: 'signal',
  atMs,
  signal: signal(change),
});
const brief = (outputs: readonly PolicyOutput[]): string[] =>
  outputs.map(
    (each) => `${each.type}${each.type === 'skip' ? ` ${each.reason}` : ''} +${(each.atMs - t0) / minuteMs}`,
  );

describe('what fires', () => {
  it.each<[string, Partial<Policy>, PolicyInput[], string[]]>([
    ['a signal of its kind and KPI', {}, [hear(t0)], ['fire +0']],
    ['no other KPI', {}, [hear(t0, { kpi: 'views' })], []],
    ['no other kind', {}, [hear(t0, { kind: 'trend' })], []],
    [
      'not below its severity',
      { when: { type: 'signal', kinds: ['anomaly'], minSeverity: 'critical' } },
      [hear(t0)],
      [],
    ],
    [
      'only for its dimensions',
      { when: { type: 'signal', kinds: ['anomaly'], dims: { channel: ['c1'] } } },
      [hear(t0, { dims: { channel: 'c2' } }), hear(t0, { id: 'a2', dims: { channel: 'c1' } })],
      ['fire +0'],
    ],
    [
      'where its condition holds',
      {
        when: {
          type: 'signal',
          kinds: ['anomaly'],
          where: [{ left: 'observed', is: '<', right: 'expected * 0.5' }],
        },
      },
      [
        hear(t0),
        hear(t0, { id: 'a2', evidence: { observed: 49, expected: 100 } }),
        hear(t0, { id: 'a3', evidence: {} }),
      ],
      ['fire +0'],
    ],
    ['a repeat is one firing', {}, [hear(t0), hear(t0), hear(t0 + minuteMs)], ['fire +0']],
    [
      'a new revision is told as a revision',
      {},
      [hear(t0), hear(t0 + minuteMs, { revision: 2 })],
      ['fire +0', 'revise +0'],
    ],
    [
      'its end withdraws',
      {},
      [hear(t0), hear(t0 + minuteMs, { revision: 2, state: 'resolved' })],
      ['fire +0', 'withdraw +1'],
    ],
    [
      'for: held long enough',
      { forMs: 5 * minuteMs },
      [hear(t0), tick(t0 + 4 * minuteMs), tick(t0 + 9 * minuteMs)],
      ['fire +5'],
    ],
    [
      'for: over too soon',
      { forMs: 5 * minuteMs },
      [hear(t0), hear(t0 + minuteMs, { revision: 2, state: 'resolved' }), tick(t0 + hourMs)],
      [],
    ],
    ['for: heard of late', { forMs: 5 * minuteMs }, [hear(t0 + 7 * minuteMs)], ['fire +7']],
    [
      'cool-down by what it is about',
      { coolDownMs: hourMs },
      [
        hear(t0),
        hear(t0 + minuteMs, { id: 'a2' }),
        hear(t0 + minuteMs, { id: 'a3', dims: { channel: 'c1' } }),
        hear(t0 + hourMs, { id: 'a4' }),
      ],
      ['fire +0', 'skip cool_down +1', 'fire +1', 'fire +60'],
    ],
    [
      'budget by count, anew each period',
      { budget: { periodHours: 1, count: 1 } },
      [hear(t0), hear(t0 + minuteMs, { id: 'a2' }), hear(t0 + hourMs, { id: 'a3' })],
      ['fire +0', 'skip budget_count +1', 'fire +60'],
    ],
    [
      'budget by money',
      { budget: { periodHours: 24, money: 70 }, money: 'expected - observed' },
      [hear(t0), hear(t0, { id: 'a2' }), hear(t0, { id: 'a3', evidence: { observed: 70, expected: 100 } })],
      ['fire +0', 'skip budget_money +0', 'fire +0'],
    ],
    ['no value for the money', { money: 'nothing' }, [hear(t0)], ['skip no_money_value +0']],
    [
      'quiet hours hold it until they end',
      { quietHours: { from: '11:00', to: '13:30', zone: 'UTC', inside: 'hold', criticalPasses: false } },
      [hear(t0), tick(t0 + 3 * hourMs)],
      ['fire +90'],
    ],
    [
      'quiet hours drop it',
      { quietHours: { from: '11:00', to: '13:30', zone: 'UTC', inside: 'drop', criticalPasses: true } },
      [hear(t0), hear(t0, { id: 'a2', severity: 'critical' }), tick(t0 + 3 * hourMs)],
      ['skip quiet +0', 'fire +0'],
    ],
    ['disabled does nothing', { enabled: false }, [hear(t0), tick(t0 + hourMs)], []],
  ])('%s', (_, change, inputs, expected) => {
    const [, outputs] = run([policy(change)], inputs);
    expect(brief(outputs)).toEqual(expected);
  });

  it('schedules run at their own times, however rarely anybody looks', () => {
    const own = policy({ when: { type: 'schedule', cron: '*/20 * * * *', zone: 'Europe/Berlin' } });
    const [state, outputs] = run([own], [tick(t0), tick(t0 + 65 * minuteMs)]);
    expect(brief(outputs)).toEqual(['fire +20', 'fire +40', 'fire +60']);
    expect(nextDueMs(state, [own])).toBe(t0 + 80 * minuteMs);
    expect(brief(run([own], [tick(t0 + 100 * hourMs)], state)[1])).toHaveLength(24);
  });

  it('another decision fires it, never its own, and a chain ends', () => {
    const other = policy({
      id: 'after',
      when: { type: 'decision', states: ['applied'], policyId: 'revenue-fell' },
    });
    const applied = proposal({}, { state: 'applied' });
    const tell = (decision: typeof applied): PolicyInput => ({ type: 'decision', atMs: t0, decision });
    expect(brief(run([other], [tell(applied)])[1])).toEqual(['fire +0']);
    expect(run([policy({ when: { type: 'decision', states: ['applied'] } })], [tell(applied)])[1]).toEqual(
      [],
    );
    expect(brief(run([other], [tell({ ...applied, depth: 5 })])[1])).toEqual(['skip chain +0']);
  });

  it('an event fires it where its condition holds', () => {
    const own = policy({
      when: { type: 'event', eventType: 'refund', where: [{ left: 'amount', is: '>', right: '50' }] },
    });
    const event = (id: string, amount: number): PolicyInput => ({
      type: 'event',
      atMs: t0,
      event: { id, type: 'refund', dims: {}, data: {}, amount },
    });
    expect(brief(run([own], [event('e1', 50), event('e2', 51)])[1])).toEqual(['fire +0']);
  });

  it('a new version forgets what waited and keeps what it spent', () => {
    const [state] = run([policy({ forMs: hourMs, budget: { periodHours: 24, count: 1 } })], [hear(t0)]);
    expect(run([policy({ version: 2 })], [tick(t0 + 2 * hourMs)], state)[1]).toEqual([]);
  });
});

describe('properties', () => {
  const policies = [
    policy({ id: 'a', forMs: 3 * minuteMs, coolDownMs: 10 * minuteMs }),
    policy({
      id: 'b',
      when: { type: 'signal', kinds: ['anomaly', 'trend'] },
      budget: { periodHours: 1, count: 4 },
    }),
    policy({ id: 'c', when: { type: 'schedule', cron: '*/7 * * * *', zone: 'UTC' } }),
    policy({
      id: 'd',
      quietHours: { from: '12:10', to: '12:25', zone: 'UTC', inside: 'hold', criticalPasses: true },
    }),
  ];
  const arbitrarySignal = fc
    .record({
      id: fc.constantFrom('x', 'y', 'z'),
      dims: fc.constantFrom({}, { channel: 'c1' }, { country: 'DE' }),
      revision: fc.integer({ min: 1, max: 4 }),
      state: fc.constantFrom('firing', 'resolved'),
      severity: fc.constantFrom('info', 'warning', 'critical'),
    } as const)
    .map((change) => signal({ ...change, startedAtMs: t0 }));
  const arbitraryInputs = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 40 }), arbitrarySignal), { maxLength: 30 })
    .map((list) =>
      list
        .sort((a, b) => a[0] - b[0])
        .map(([minute, told]): PolicyInput => ({
          type: 'signal',
          atMs: t0 + minute * minuteMs,
          signal: told,
        })),
    );

  it('looking in between changes nothing', () => {
    fc.assert(
      fc.property(
        arbitraryInputs,
        fc.array(fc.integer({ min: 0, max: 40 * 60 }), { maxLength: 30 }),
        (inputs, looks) => {
          const begin = tick(t0);
          const end = tick(t0 + hourMs);
          const ticks = looks.map((second) => tick(t0 + second * 1_000));
          const mixed = [...inputs, ...ticks].sort((a, b) => a.atMs - b.atMs);
          expect(
            run(policies, [begin, ...mixed, end])[1]
              .map(flat)
              .sort(),
          ).toEqual(
            run(policies, [begin, ...inputs, end])[1]
              .map(flat)
              .sort(),
          );
        },
      ),
    );
  });

  it('a state that was stored and read again goes on the same, wherever it is cut', () => {
    fc.assert(
      fc.property(arbitraryInputs, fc.nat(30), (inputs, cut) => {
        const [whole, outputs] = run(policies, inputs);
        const [half, first] = run(policies, inputs.slice(0, cut));
        const restored: StepState = JSON.parse(JSON.stringify(half));
        const [state, second] = run(policies, inputs.slice(cut), restored);
        expect(state).toEqual(whole);
        expect([...first, ...second]).toEqual(outputs);
      }),
    );
  });

  it('signals about different things at one moment may come in any order', () => {
    const three = ['x', 'y', 'z'].map((id) => signal({ id, dims: { channel: id } }));
    fc.assert(
      fc.property(fc.shuffledSubarray(three, { minLength: 3, maxLength: 3 }), (order) => {
        const at = t0 + 5 * minuteMs;
        const told = run(policies, [
          ...order.map((each): PolicyInput => ({ type: 'signal', atMs: at, signal: each })),
          tick(at + hourMs),
        ]);
        const straight = run(policies, [
          ...three.map((each): PolicyInput => ({ type: 'signal', atMs: at, signal: each })),
          tick(at + hourMs),
        ]);
        expect(told[1].map(flat).sort()).toEqual(straight[1].map(flat).sort());
      }),
    );
  });

  it('a budget and a cool-down are never exceeded', () => {
    fc.assert(
      fc.property(arbitraryInputs, (inputs) => {
        const fires = run(policies, inputs)[1].filter((each) => each.type === 'fire');
        expect(fires.filter((each) => each.policyId === 'b').length).toBeLessThanOrEqual(4);
        const last = new Map<string, number>();
        for (const { policyId, key, atMs } of fires) {
          if (policyId !== 'a') continue;
          expect(atMs - (last.get(key) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(10 * minuteMs);
          last.set(key, atMs);
        }
      }),
    );
  });
});

const flat = (output: PolicyOutput): string => JSON.stringify(output);
