import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler';
import {
  DeadLetterPosted,
  EventsReply,
  StoredEvents,
  type DeadLetterPost,
} from '../../../platform/contracts/api.ts';
import { messageOf, WeirError } from '../../../platform/errors/weir-error.ts';
import type { Clock } from '../../../platform/time/clock.ts';
import type { Random } from '../../../platform/time/random.ts';
import { parseRetryAfter, retryDelayMs } from '../backoff.ts';

export interface Rejection {
  readonly index: number;
  readonly code: string;
  readonly message: string;
  /** False when the server refused the request as a whole, so that it keeps no dead letter of the event. */
  readonly isKept: boolean;
}

export interface PostResult {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
}

/** The public HTTP door of a Weir server, as any client sees it. */
export interface Door {
  /** Posts events until the server has answered for each. Same ids again are harmless, so every doubt ends in a resend. */
  postEvents(events: readonly Readonly<Record<string, unknown>>[]): Promise<PostResult>;
  /** Keeps refusals of rows that never became events beside those of the server. At most 500 at a time. */
  postDeadLetters(entries: DeadLetterPost['entries']): Promise<void>;
  /** Whether the server has stored an event with this id; undefined when it does not say. */
  isStored(source: string, id: string): Promise<boolean | undefined>;
}

export interface DoorDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Ends waiting and requests in flight; what is thrown then is the reason of the signal. */
  readonly signal: AbortSignal;
  /** Told before each wait for a retry. */
  readonly onRetry?: (why: string, delayMs: number) => void;
}

export interface DoorConfig {
  readonly url: string;
  readonly apiKey: string;
  /** Gives up with DOOR_UNREACHABLE when nothing succeeded for so long; Infinity never does. */
  readonly giveUpAfterMs: number;
  readonly requestTimeoutMs: number;
}

const checkEventsReply = TypeCompiler.Compile(EventsReply);
const checkDeadLetterPosted = TypeCompiler.Compile(DeadLetterPosted);
const checkStoredEvents = TypeCompiler.Compile(StoredEvents);
const checkProblem = TypeCompiler.Compile(
  Type.Object({
    code: Type.Optional(Type.String()),
    detail: Type.Optional(Type.String()),
    title: Type.Optional(Type.String()),
  }),
);
const leastForWrongAddress = 16;
const errorCode = /^[A-Z][A-Z0-9_]{0,63}$/;
const retriedStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Connects to the door at `config.url`; no request is made before the first call. */
export function createDoor(deps: DoorDeps, config: DoorConfig): Door {
  const { clock, random, signal } = deps;
  const base = config.url.replace(/\/+$/, '');
  const authorization = `Bearer ${config.apiKey}`;

  const attempt = async (
    path: string,
    init: RequestInit,
  ): Promise<Answer & { retryAfter: string | null }> => {
    const response = await fetch(`${base}${path}`, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(config.requestTimeoutMs)]),
    });
    return {
      status: response.status,
      text: await response.text(),
      retryAfter: response.headers.get('retry-after'),
    };
  };

  /** Asks until there is an answer that a retry would not change. */
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const startedMs = clock.monotonicMs();
    for (let tries = 0; ; tries += 1) {
      signal.throwIfAborted();
      let why: string;
      let retryAfterMs: number | undefined;
      try {
        const answer = await attempt(path, init);
        if (!retriedStatuses.has(answer.status)) return answer;
        why = `the server answered ${answer.status}${problemText(answer.text)}`;
        retryAfterMs = parseRetryAfter(answer.retryAfter, clock.nowMs());
      } catch (error) {
        signal.throwIfAborted();
        why = networkReason(error);
      }
      const delayMs = retryDelayMs(tries, retryAfterMs, random);
      if (clock.monotonicMs() - startedMs + delayMs > config.giveUpAfterMs) {
        throw new WeirError('DOOR_UNREACHABLE', `${base} does not take events: ${why}`);
      }
      deps.onRetry?.(why, delayMs);
      await clock.sleep(delayMs, signal);
    }
  };

  const post = async (path: string, type: string, body: string): Promise<Answer> =>
    await ask(path, { method: 'POST', headers: { authorization, 'content-type': type }, body });

  /** A request refused as a whole is sent in halves, until what is too large or unreadable stands alone. */
  const postSplitting = async (events: readonly Readonly<Record<string, unknown>>[]): Promise<PostResult> => {
    const answer = await post(
      '/v1/events',
      'application/x-ndjson',
      events.map((event) => JSON.stringify(event)).join('\n'),
    );
    if (answer.status !== 400 && answer.status !== 413) return readReply(answer, events.length, base);
    if (events.length === 1) {
      return { accepted: 0, duplicates: 0, rejected: [{ index: 0, ...problemOf(answer), isKept: false }] };
    }
    const middle = Math.ceil(events.length / 2);
    const left = await postSplitting(events.slice(0, middle));
    const right = await postSplitting(events.slice(middle));
    return {
      accepted: left.accepted + right.accepted,
      duplicates: left.duplicates + right.duplicates,
      rejected: [
        ...left.rejected,
        ...right.rejected.map((each) => ({ ...each, index: each.index + middle })),
      ],
    };
  };

  const postEvents: Door['postEvents'] = async (events) => {
    const result = await postSplitting(events);
    const [first] = result.rejected;
    const isEveryRequestRefused =
      result.rejected.length === events.length && result.rejected.every((each) => !each.isKept);
    // One bad event in a request is a bad event; a whole full request of them is a wrong address.
    if (first !== undefined && isEveryRequestRefused && events.length >= leastForWrongAddress) {
      throw new WeirError('DOOR_REFUSED', `${base} refused every event of a request: ${first.message}`);
    }
    return result;
  };

  return {
    postEvents,
    postDeadLetters: async (entries) => {
      const body: DeadLetterPost = { entries };
      const answer = await post('/api/v1/deadletter', 'application/json', JSON.stringify(body));
      expect(
        answer,
        answer.status === 200 || answer.status === 201 ? answer.status : 202,
        checkDeadLetterPosted,
        base,
      );
    },
    isStored: async (source, id) => {
      const answer = await ask(`/api/v1/events?id=${encodeURIComponent(id)}`, { headers: { authorization } });
      const reply = answer.status === 200 ? parse(answer.text) : undefined;
      if (!checkStoredEvents.Check(reply)) return undefined;
      return reply.events.some((event) => event.source === source);
    },
  };
}

function expect<S extends TSchema>(
  answer: Answer,
  status: number,
  check: TypeCheck<S>,
  base: string,
): Static<S> {
  if (answer.status === 401 || answer.status === 403) {
    throw new WeirError('DOOR_UNAUTHORIZED', `${base} refused the API key: ${problemOf(answer).message}`);
  }
  if (answer.status !== status) {
    throw new WeirError('DOOR_REFUSED', `${base} refused the request: ${problemOf(answer).message}`);
  }
  const reply = parse(answer.text);
  if (check.Check(reply)) return reply;
  throw new WeirError(
    'DOOR_REPLY_INVALID',
    `${base} answered ${status} with something else than the documented reply`,
  );
}

function readReply(answer: Answer, sent: number, base: string): PostResult {
  const reply = expect(answer, 202, checkEventsReply, base);
  if (!accountsForAll(reply, sent)) {
    throw new WeirError(
      'DOOR_REPLY_INVALID',
      `${base} was sent ${sent} events and answered for ${reply.accepted} accepted, ${reply.duplicates} duplicates, ${reply.rejected.length} rejected`,
    );
  }
  return { ...reply, rejected: reply.rejected.map((each) => ({ ...each, isKept: true })) };
}

/** Every event must be in the answer: accepted, known already, or refused. */
function accountsForAll(reply: EventsReply, sent: number): boolean {
  return (
    reply.accepted + reply.duplicates + reply.rejected.length === sent &&
    reply.rejected.every((each) => each.index >= 0 && each.index < sent)
  );
}

function problemOf(answer: Answer): { readonly code: string; readonly message: string } {
  const problem = parse(answer.text);
  if (!checkProblem.Check(problem)) return { code: 'DOOR_REFUSED', message: `status ${answer.status}` };
  const words = problem.detail ?? problem.title ?? `status ${answer.status}`;
  const code = errorCode.test(problem.code ?? '') ? problem.code : undefined;
  return { code: code ?? 'DOOR_REFUSED', message: `${words} (status ${answer.status})` };
}

function problemText(text: string): string {
  const problem = parse(text);
  const words = checkProblem.Check(problem) ? (problem.detail ?? problem.title) : undefined;
  return words === undefined ? '' : `: ${words}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch says only "fetch failed"; the cause knows why. */
function networkReason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && cause.name === 'TimeoutError') return 'the server did not answer in time';
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  return messageOf(cause) === '' ? code || 'the connection failed' : messageOf(cause);
}
