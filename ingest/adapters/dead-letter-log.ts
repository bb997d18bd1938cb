import { randomUUID } from 'node:crypto';
import type { Bus } from '../../platform/bus/bus.ts';
import { encodeJson } from '../../platform/bus/json.ts';
import { deadLetterStream, deadLetterSubject } from '../../platform/contracts/subjects.ts';
import type { StoreDeadLetters } from '../dead-letters.ts';

export interface DeadLetterLogConfig {
  readonly deadLetterMaxBytes: number;
  readonly deadLetterTimeoutMs: number;
}

/** Dead letters are for people to look at: the stream forgets its oldest when full rather than refuse new ones. */
export async function ensureDeadLetterLog(bus: Bus, config: DeadLetterLogConfig): Promise<void> {
  await bus.ensureStream({
    name: deadLetterStream,
    subjects: [`${deadLetterStream}.*`],
    discard: 'old',
    maxBytes: config.deadLetterMaxBytes,
  });
}

export function createDeadLetterLog(bus: Bus, config: DeadLetterLogConfig): StoreDeadLetters {
  return async (letters) => {
    const outcomes = await Promise.allSettled(
      letters.map(async (letter) => {
        const options = { msgId: randomUUID(), timeoutMs: config.deadLetterTimeoutMs };
        await bus.publish(deadLetterSubject(letter.tenant), encodeJson(letter), options);
      }),
    );
    return outcomes.filter(({ status }) => status === 'rejected').length;
  };
}
