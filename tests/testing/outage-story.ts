import { createHash } from 'node:crypto';
import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { startHttpReceiver, startMailReceiver } from '../../decision/alerts/testing/receivers.ts';
import { ContactCreated } from '../../platform/contracts/alert-subscription.ts';
import { AnomalyList, BandReply } from '../../platform/contracts/anomaly.ts';
import { DecisionList } from '../../platform/contracts/decision.ts';
import { WebhookSaved } from '../../platform/contracts/outbox.ts';
import { RenderList } from '../../platform/contracts/render.ts';
import { eventually } from '../../platform/testing/servers.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { ADMIN_KEY, startEngine, type TestEngine } from '../engine.ts';

const MINUTE_MS = 60_000;
const WAIT_MS = 90_000;
const HISTORY_MINUTES = 460;
const OUTAGE_MINUTES = 14;
const RECOVERY_MINUTES = 16;

/**
 * The whole way from a fault in the feed to the notice that it is over, on the real engine with a real mail server and receiver. The feed tells
 * simulated minutes of the last eight hours: usual ones, an outage, and usual ones again.
 */
export async function createStory(home: string, port: number) {
  const receiver = await startHttpReceiver();
  const mail = await startMailReceiver();
  const random = createRandom('outage story');
  const start = async (): Promise<TestEngine> =>
    await startEngine({
      home,
      port,
      env: {
        WEIR_DECISION_HTTP_OUT_PORTS: new URL(receiver.origin).port,
        WEIR_DECISION_HTTP_OUT_ALLOW_LOOPBACK: 'true',
        WEIR_ALERTS_SMTP_URL: mail.url,
        WEIR_ALERTS_MAIL_FROM: 'Weir <weir@example.com>',
        WEIR_ALERTS_TICK_MS: '100',
        WEIR_STREAMS_SNAPSHOT_INTERVAL_MS: '2000',
      },
    });
  let engine = await start();
  const firstSignIn = engine.signInLink;
  /** The last whole minute before the story begins is minute HISTORY + OUTAGE + RECOVERY. */
  const endMs = Math.floor(systemClock.nowMs() / MINUTE_MS) * MINUTE_MS;
  const startMs = endMs - (HISTORY_MINUTES + OUTAGE_MINUTES + RECOVERY_MINUTES) * MINUTE_MS;

  const call = async <T extends TSchema>(
    reply: T,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Static<T>> => {
    const response = await fetch(`${engine.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    Value.Assert(reply, answer);
    return answer;
  };

  /** Whole minutes of the feed; `share` of the usual views, while sessions go on, so that time does. */
  const minutes = async (from: number, count: number, share: number): Promise<void> => {
    const events: object[] = [];
    for (let minute = from; minute < from + count; minute += 1) {
      const atMs = startMs + minute * MINUTE_MS;
      const views = Math.round((40 + 3 * random.normal()) * share);
      for (let i = 0; i < views + 3; i += 1) {
        events.push({
          id: `story-${minute}-${i}`,
          type: i < views ? 'video_view' : 'session',
          time: new Date(atMs + (i * MINUTE_MS) / (views + 3)).toISOString(),
          data: { content_id: `v${i % 5}`, channel_id: `c${i % 2}`, viewer_id: `u${(minute * 7 + i) % 400}` },
        });
      }
    }
    for (let at = 0; at < events.length; at += 1_000)
      await call(Type.Unknown(), 'POST', '/v1/events', events.slice(at, at + 1_000));
  };

  const found = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
    let seen: T | undefined;
    let fault: unknown;
    await eventually(
      what,
      async () => {
        // While the engine starts again nobody answers.
        seen = await look().catch((error: unknown) => {
          fault = error;
          return undefined;
        });
        return seen !== undefined;
      },
      WAIT_MS,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; last fault: ${String(fault)}`, { cause: error });
    });

    if (seen === undefined) throw new Error(what);
    return seen;
  };

  return {
    mail,
    receiver,
    call,
    signInLink: firstSignIn,
    url: () => engine.url,
    output: () => engine.output(),
    /** Who is told what, and what shall happen: written once, before anything does. */
    prepare: async (): Promise<{ readonly webhookSecret: string }> => {
      const saved = await call(WebhookSaved, 'PUT', '/api/v1/webhooks/ops', {
        url: `${receiver.origin}/ops`,
        isEnabled: true,
      });
      await call(Type.Unknown(), 'PUT', '/api/v1/policies/outage', {
        title: 'Report an outage',
        description: 'When views break in, write the report of the day and tell operations.',
        enabled: true,
        when: { type: 'signal', kinds: ['anomaly'], kpis: ['views'], isGood: false },
        forMs: 0,
        coolDownMs: 3_600_000,
        actions: [
          {
            kind: 'render',
            params: { kind: 'report', title: 'Outage report', period: 'day', formats: 'pdf,html,json' },
          },
          { kind: 'webhook', params: { endpoint: 'ops', event: 'outage.report', observed: '{observed}' } },
          {
            kind: 'alert',
            params: {
              title: 'Report on the way: {title}',
              body: 'Observed {observed}, expected {expected}.',
            },
          },
        ],
        guardrails: [],
        mode: 'approve',
        expiresAfterHours: 72,
      });
      await call(Type.Unknown(), 'PUT', '/api/v1/alert-settings', {
        groupWaitSeconds: 0,
        groupIntervalSeconds: 0,
        repeatHours: 24,
        isInhibiting: true,
      });
      const { contact } = await call(ContactCreated, 'POST', '/api/v1/alert-contacts', {
        channel: 'email',
        name: 'On call',
        address: 'oncall@example.com',
      });
      await call(Type.Unknown(), 'POST', '/api/v1/alert-subscriptions', {
        name: 'Views and decisions',
        isOn: true,
        what: {
          kpis: [],
          families: [],
          kinds: ['anomaly', 'decision'],
          minSeverity: 'info',
          channels: [],
          countries: [],
          streams: [],
          contents: [],
          withGood: false,
        },
        where: [contact.id],
        when: { mode: 'immediate', hour: 8, weekday: 1 },
        quiet: null,
        timeZone: 'UTC',
        cap: null,
        escalation: null,
        withResolved: true,
      });
      return { webhookSecret: saved.secret ?? '' };
    },
    feedUsual: () => minutes(0, HISTORY_MINUTES, 1),
    feedOutage: () => minutes(HISTORY_MINUTES, OUTAGE_MINUTES, 0.05),
    feedRecovery: () => minutes(HISTORY_MINUTES + OUTAGE_MINUTES, RECOVERY_MINUTES, 1),
    /** Minutes of usual views that were judged, so that what follows is seen against a habit. */
    habitKnown: () =>
      found('the habit is known', async () => {
        const toMs = startMs + HISTORY_MINUTES * MINUTE_MS;
        const { points } = await call(
          BandReply,
          'GET',
          `/api/v1/kpis/views/band?window=1m&from=${toMs - 20 * MINUTE_MS}&to=${toMs}`,
        );
        return points.filter((point) => point.expected !== null).length >= 15 ? points : undefined;
      }),
    episode: () =>
      found('an episode of views', async () => {
        const { anomalies } = await call(
          AnomalyList,
          'GET',
          `/api/v1/anomalies?kpi=views&from=${startMs}&to=${endMs + 1}&limit=50`,
        );
        return anomalies.find((each) => each.rollup === 'total' && !each.isGood);
      }),
    decision: (state: string) =>
      found(`a decision that is ${state}`, async () => {
        const { decisions } = await call(DecisionList, 'GET', '/api/v1/decisions?limit=20');
        return decisions.find((each) => each.policy.id === 'outage' && each.state === state);
      }),
    decisions: async () => (await call(DecisionList, 'GET', '/api/v1/decisions?limit=20')).decisions,
    render: () =>
      found('the report is done', async () => {
        const { renders } = await call(RenderList, 'GET', '/api/v1/renders');
        return renders.find((each) => each.kind === 'report' && each.state === 'done');
      }),
    renders: async () => (await call(RenderList, 'GET', '/api/v1/renders')).renders,
    webhook: () =>
      found('the webhook came', async () => receiver.requests.find(({ path }) => path === '/ops')),
    mailOf: (what: string, pattern: RegExp) =>
      found(what, async () => mail.mails.find(({ source }) => pattern.test(source))),
    /** Ends the process without a word and starts it again on the same home. */
    killAndRestart: async (): Promise<void> => {
      await engine.end('SIGKILL');
      engine = await start();
    },
    sha256: async (path: string): Promise<{ readonly hash: string; readonly head: string }> => {
      const response = await fetch(new URL(path, engine.url));
      const bytes = Buffer.from(await response.arrayBuffer());
      return {
        hash: createHash('sha256').update(bytes).digest('hex'),
        head: bytes.subarray(0, 5).toString('latin1'),
      };
    },
    stop: async (): Promise<void> => {
      await engine.end('SIGTERM');
      await receiver.stop();
      await mail.stop();
    },
  };
}
