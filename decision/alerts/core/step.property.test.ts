import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contextOf, START_MS, signal, silence, subscription } from '../testing/alerts.ts';
import { alertOfSignal } from './alert.ts';
import type { AlertContext, AlertInput, AlertOutput } from './context.ts';
import { imageOfTenant, tenantOfImage } from './snapshot.ts';
import { emptyTenant, tenantImageCheck, type TenantAlerts } from './state.ts';
import { stepAlerts } from './step.ts';

const MINUTE_MS = 60_000;
const night = {
  fromMinute: 22 * 60,
  toMinute: 7 * 60,
  days: [1, 3, 5],
  policy: 'hold' as const,
  criticalBypass: true,
};

/** Subscribers of every sort, all of them taking everything. */
const context: AlertContext = contextOf(
  [
    subscription('now'),
    subscription('capped', { cap: { messages: 2, perHours: 3 } }),
    subscription('daily', { when: { mode: 'daily', hour: 8, weekday: 1 }, timeZone: 'America/New_York' }),
    subscription('quiet', { quiet: night, timeZone: 'Asia/Kolkata' }),
    subscription('drops', { quiet: { ...night, policy: 'drop' } }),
    subscription('hourly', {
      when: { mode: 'hourly', hour: 0, weekday: 1 },
      escalation: { afterMinutes: 10, to: ['boss'] },
    }),
  ],
  { silences: [silence({ matchers: [{ field: 'channel', isEqual: true, value: 'c0' }] })] },
);

interface Act {
  readonly what: 'fire' | 'worsen' | 'resolve' | 'wait' | 'acknowledge' | 'snooze';
  readonly on: number;
  readonly minutes: number;
}

const act: fc.Arbitrary<Act> = fc.record({
  what: fc.constantFrom('fire', 'fire', 'fire', 'resolve', 'worsen', 'wait', 'wait', 'acknowledge', 'snooze'),
  on: fc.nat(11),
  minutes: fc.integer({ min: 1, max: 400 }),
});

/** Inputs as the owner would give them: each id resolves once, ticks come between. */
function inputsOf(acts: readonly Act[], endsAll: boolean): { inputs: AlertInput[]; episodes: number } {
  const inputs: AlertInput[] = [];
  let nowMs = START_MS;
  const firing = new Map<number, { id: string; revision: number }>();
  let episodes = 0;
  const say = (on: number, id: string, revision: number, change: object): void => {
    const kpi = ['views', 'total_revenue', 'feed'][on % 3] ?? 'views';
    const dims = on < 3 ? {} : { channel: `c${on % 4}` };
    const made = signal(id, {
      kpi,
      dims: kpi === 'feed' ? {} : dims,
      revision,
      startedAtMs: nowMs,
      ...change,
    });
    inputs.push({ type: 'alert', alert: alertOfSignal(made, { unit: 'count', impact: null }), atMs: nowMs });
  };
  const tickTo = (untilMs: number): void => {
    for (; nowMs < untilMs; nowMs += 5 * MINUTE_MS) inputs.push({ type: 'tick', nowMs });
    nowMs = untilMs;
  };
  for (const { minutes, on, what } of acts) {
    const known = firing.get(on);
    if (what === 'wait') tickTo(nowMs + minutes * MINUTE_MS);
    else if (what === 'fire' && known === undefined) {
      firing.set(on, { id: `e${episodes}`, revision: 1 });
      say(on, `e${episodes}`, 1, {});
      episodes += 1;
    } else if (what === 'worsen' && known !== undefined) {
      known.revision += 1;
      say(on, known.id, known.revision, { severity: 'critical' });
    } else if (what === 'resolve' && known !== undefined) {
      firing.delete(on);
      say(on, known.id, known.revision + 1, { state: 'resolved', endedAtMs: nowMs });
    } else if (what === 'acknowledge' || what === 'snooze') {
      inputs.push({ type: 'tick', nowMs });
      const threadId = `#${on}`;
      inputs.push(
        what === 'acknowledge'
          ? { type: 'acknowledge', threadId, by: 'x', comment: '', atMs: nowMs }
          : { type: 'snooze', threadId, by: 'x', untilMs: nowMs + minutes * MINUTE_MS, atMs: nowMs },
      );
    }
  }
  if (endsAll) {
    for (const [on, { id, revision }] of firing)
      say(on, id, revision + 1, { state: 'resolved', endedAtMs: nowMs });
    tickTo(nowMs + 3 * 24 * 60 * MINUTE_MS);
    // One more alert, so that what is counted and not yet said has a message to be said in.
    say(1, 'last', 1, {});
    tickTo(nowMs + 2 * 24 * 60 * MINUTE_MS);
    episodes += 1;
  }
  return { inputs, episodes };
}

/** Commands name a thread by its place, as the test cannot know its id. */
function aimed(state: TenantAlerts, input: AlertInput): AlertInput {
  if (!('threadId' in input)) return input;
  const ids = [...state.threads.keys()];
  return { ...input, threadId: ids[Number(input.threadId.slice(1)) % Math.max(1, ids.length)] ?? 'none' };
}

function run(
  inputs: readonly AlertInput[],
  between: (state: TenantAlerts, at: number) => TenantAlerts,
): AlertOutput[] {
  let state = emptyTenant('main');
  const outputs: AlertOutput[] = [];
  for (const [at, input] of inputs.entries()) {
    outputs.push(...stepAlerts(state, aimed(state, input), context));
    state.dirty.clear();
    state = between(state, at);
  }
  return outputs;
}

describe('properties of alerts', () => {
  test('a restart from a snapshot at any point tells exactly what no restart would have told', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), fc.nat(7), (acts, every) => {
        const { inputs } = inputsOf(acts, false);
        const plain = run(inputs, (state) => state);
        const restarted = run(inputs, (state, at) => {
          if (at % (every + 1) !== 0) return state;
          const image: unknown = JSON.parse(JSON.stringify(imageOfTenant(state)));
          if (!tenantImageCheck.Check(image))
            throw new Error(String(tenantImageCheck.Errors(image).First()?.path));
          return tenantOfImage(image);
        });
        expect(restarted).toEqual(plain);
      }),
      { numRuns: 60 },
    );
  });

  test('every alert is told or counted for every subscriber, and its beginning exactly once', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const withoutCommands = acts.filter(({ what }) => what !== 'acknowledge' && what !== 'snooze');
        const { episodes, inputs } = inputsOf(withoutCommands, true);
        const outputs = run(inputs, (state) => state);
        for (const { id } of context.subscriptions) {
          const mine = outputs.flatMap(({ message }) => (message.subscriptionId === id ? [message] : []));
          const began = mine.reduce((sum, { counts }) => sum + counts.fired + counts.ended, 0);
          const heldBack = mine.reduce(
            (sum, { counts }) => sum + counts.covered + counts.silenced + counts.dropped,
            0,
          );
          // What outlives its cover or silence is counted first and told then: never less than once.
          expect(began + heldBack).toBeGreaterThanOrEqual(episodes);
          expect(began).toBeLessThanOrEqual(episodes);
          const listed = mine.flatMap(({ threads }) =>
            threads.flatMap(({ items, more }) => items.length + more),
          );
          const counted = mine.reduce(
            (sum, { counts }) =>
              sum + counts.fired + counts.ended + counts.changed + counts.resolved + counts.still,
            0,
          );
          expect(listed.reduce((sum, n) => sum + n, 0)).toBe(counted);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('message ids never repeat, and no end is told of what was not told to begin', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const { inputs } = inputsOf(acts, true);
        const outputs = run(inputs, (state) => state);
        const ids = outputs.map(({ message }) => message.id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { id } of context.subscriptions) {
          let open = 0;
          for (const { message } of outputs) {
            if (message.subscriptionId !== id || message.kind === 'acknowledged') continue;
            open += message.counts.fired - message.counts.resolved;
            expect(open).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
