import { expect, test } from 'vitest';
import { WeirError } from '../platform/errors/weir-error.ts';
import { silentLog, type Log } from '../platform/log/log.ts';
import { tellOutages } from './publish-outage.ts';

test('an outage is told once when it begins, once when its reason changes, once when it ends', async () => {
  const lines: unknown[] = [];
  const log: Log = {
    ...silentLog,
    error: ({ code }) => lines.push(['error', code]),
    info: (fields) => lines.push(['info', fields]),
  };
  let failure: Error | undefined;
  const publish = tellOutages(async () => {
    if (failure !== undefined) throw failure;
    await Promise.resolve();
  }, log);
  const attempt = async (): Promise<string> =>
    await publish(0, { bytes: new Uint8Array(), events: 1 }).then(
      () => 'stored',
      () => 'refused',
    );
  const outcomes = [await attempt()];
  failure = new WeirError('INGEST_LOG_UNAVAILABLE', 'away');
  outcomes.push(await attempt(), await attempt());
  failure = new WeirError('INGEST_LOG_FULL', 'full');
  outcomes.push(await attempt());
  failure = undefined;
  outcomes.push(await attempt(), await attempt());
  expect(outcomes).toEqual(['stored', 'refused', 'refused', 'refused', 'stored', 'stored']);
  expect(lines).toEqual([
    ['error', 'INGEST_LOG_UNAVAILABLE'],
    ['error', 'INGEST_LOG_FULL'],
    ['info', { code: 'INGEST_LOG_FULL', refusedBatches: 3 }],
  ]);
});
