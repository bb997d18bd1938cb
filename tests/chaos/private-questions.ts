import { Value } from '@sinclair/typebox/value';
import { AudienceAnswer } from '../../platform/contracts/audience.ts';
import { PrivacyState } from '../../platform/contracts/privacy.ts';
import { systemClock } from '../../platform/time/clock.ts';
import type { WeirProcess } from './weir-process.ts';

const DAY_MS = 86_400_000;
const ANSWER_TIMEOUT_MS = 10_000;
const segments = ['US', 'DE', 'BR', 'IN', 'JP'];

export interface PrivateQuestions {
  /** Ends the asking; answers what is not right, in words. */
  stop(): Promise<readonly string[]>;
}

/**
 * Asks the same private questions again and again, whatever is killed meanwhile. Each may cost once and has one answer: what was told
 * once is told for ever, and the ledger has one charge for each question, none for free.
 */
export function askPrivately({ url, key }: Pick<WeirProcess, 'url' | 'key'>): PrivateQuestions {
  const stopping = new AbortController();
  const told = new Map<string, string>();
  const problems: string[] = [];
  const toMs = Math.floor(systemClock.nowMs() / DAY_MS) * DAY_MS;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };

  const ask = async (country: string): Promise<void> => {
    const answer = await json(`${url}/api/v1/audience/activity`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ from: String(toMs - 7 * DAY_MS), to: String(toMs), segment: { country } }),
    });
    if (!Value.Check(AudienceAnswer, answer) || answer.privacy.kind !== 'private') return;
    const text = JSON.stringify([answer.privacy.id, answer.body]);
    const before = told.get(country);
    if (before !== undefined && before !== text)
      problems.push(`the answer for ${country} was ${before.slice(0, 200)} and became ${text.slice(0, 200)}`);
    told.set(country, text);
  };
  const asking = (async () => {
    for (let next = 0; !stopping.signal.aborted; next++) {
      await ask(segments[next % segments.length] ?? '');
      await systemClock.sleep(100, stopping.signal).catch(() => undefined);
    }
  })();

  return {
    stop: async () => {
      stopping.abort();
      await asking;
      // Once more in peace: what was charged and not answered is answered now, for nothing more.
      for (const country of segments) await ask(country);
      const state = await json(`${url}/api/v1/privacy-budget`, { headers });
      if (told.size < segments.length)
        problems.push(`only ${told.size} of ${segments.length} questions were answered`);
      if (!Value.Check(PrivacyState, state))
        return [...problems, `no privacy budget: ${JSON.stringify(state)}`];
      const { charges } = state;
      if (
        charges.length !== segments.length ||
        new Set(charges.map(({ question }) => question)).size !== charges.length
      )
        problems.push(`${segments.length} questions have ${charges.length} charges`);
      if (charges.some(({ isAnswered }) => !isAnswered)) problems.push('a charge is not marked as answered');
      for (const text of told.values())
        if (!charges.some(({ id }) => text.startsWith(`["${id}"`)))
          problems.push(`an answer has no charge: ${text.slice(0, 60)}`);
      return problems;
    },
  };
}

/** The answer's JSON; undefined when none came, as while the engine is down. */
async function json(url: string, init: RequestInit): Promise<unknown> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return await response.json();
  } catch {
    return undefined;
  }
}
