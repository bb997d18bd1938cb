import { Type } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { AudienceQuestion, audienceSubject } from '../../platform/contracts/audience.ts';
import { PrivacyRequest, privacySubject } from '../../platform/contracts/privacy.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { WindowClock } from '../../platform/kpi/window-time.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { secureRandom } from '../../platform/time/secure-random.ts';
import { createAnswerStore, createLedgerStore } from '../privacy/adapters/nats.ts';
import { createPrivateAnswers, type PrivateAnswersConfig } from '../privacy/private-answers.ts';
import { createTurns } from '../turns.ts';
import { createAudience } from './audience.ts';

export interface AudienceServiceDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly clockOf: (tenant: string) => WindowClock;
  /** Watermark of a tenant over the partitions held here; -Infinity when none holds any of it. */
  readonly watermarkOf: (tenant: string) => number;
}

const MAX_WAITING = 16;
const TimeRow = Type.Object({ ms: Type.Number() });

/** Answers questions about the audience and the privacy budget on the bus: one at a time, 16 waiting, then AUDIENCE_BUSY. */
export async function startAudience(
  deps: AudienceServiceDeps,
  config: PrivateAnswersConfig,
): Promise<{ stop(): void }> {
  const { bus, store } = deps;
  const [ledgers, stored] = await Promise.all([createLedgerStore(bus), createAnswerStore(bus)]);
  const answers = createPrivateAnswers(
    { ledgers, answers: stored, random: secureRandom, clock: deps.clock },
    config,
  );
  const answer = createAudience(
    {
      store,
      answers,
      clockOf: deps.clockOf,
      watermarkOf: async (tenant) => {
        const live = deps.watermarkOf(tenant);
        return Number.isFinite(live) ? live : await newestEventMs(store, tenant);
      },
    },
    config,
  );
  const waiting = deps.metrics.gauge(
    'weir_streams_audience_questions',
    'Questions about the audience in hand',
  );
  const questions = deps.metrics.counter(
    'weir_streams_audience_questions_total',
    'Questions about the audience, by what became of them',
    ['outcome'],
  );
  const inTurn = createTurns();
  let inHand = 0;
  const audience = bus.respond(audienceSubject, createJsonCodec(AudienceQuestion), async (question) => {
    if (inHand > MAX_WAITING) {
      questions.inc({ outcome: 'refused' });
      throw new WeirError('AUDIENCE_BUSY', `${inHand} questions about the audience wait already.`);
    }
    inHand += 1;
    waiting.set(inHand);
    try {
      const given = await inTurn(() => answer(question));
      questions.inc({ outcome: given.privacy.kind });
      return given;
    } catch (error) {
      questions.inc({ outcome: 'failed' });
      throw error;
    } finally {
      inHand -= 1;
      waiting.set(inHand);
    }
  });
  const privacy = bus.respond(privacySubject, createJsonCodec(PrivacyRequest), ({ tenant, atMs }) =>
    answers.state(tenant, atMs),
  );
  return {
    stop: () => {
      audience.stop();
      privacy.stop();
    },
  };
}

async function newestEventMs(store: Store, tenant: string): Promise<number | undefined> {
  const rows = await store.query(
    'SELECT toUnixTimestamp64Milli(time) AS ms FROM events WHERE tenant = {tenant:String} ORDER BY time DESC LIMIT 1',
    { tenant },
    TimeRow,
  );
  return rows[0]?.ms;
}
