import type { IncomingMessage } from 'node:http';
import { WeirError } from '../platform/errors/weir-error.ts';
import type { Clock } from '../platform/time/clock.ts';
import type { ByteBudget } from './byte-budget.ts';

/** Bytes of a refused body that are read and thrown away, so that the sender gets to read our answer. */
const MAX_DISCARDED_BYTES = 32 * 1024 * 1024;
const SWEEP_INTERVAL_MS = 1_000;

export interface BodyReader {
  /**
   * The whole body; undefined when the sender went away first. Its bytes are taken from the budget and stay taken: the caller
   * gives them back. Throws INGEST_BODY_TOO_LARGE, INGEST_BUSY (budget) or INGEST_BODY_TIMEOUT; the rest is then discarded.
   */
  read(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined>;
  stop(): void;
}

interface Reading {
  readonly deadlineMs: number;
  refuse(error: WeirError): void;
}

export function createBodyReader(
  deps: { clock: Clock; budget: ByteBudget },
  bodyTimeoutMs: number,
): BodyReader {
  const { clock, budget } = deps;
  const readings = new Set<Reading>();
  // One sweep for all instead of a timer for each request.
  const sweeper = clock.every(SWEEP_INTERVAL_MS, () => {
    const nowMs = clock.monotonicMs();
    for (const reading of readings)
      if (nowMs > reading.deadlineMs)
        reading.refuse(new WeirError('INGEST_BODY_TIMEOUT', `the body took longer than ${bodyTimeoutMs} ms`));
  });

  const read = async (request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> =>
    await new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;

      const finish = (): void => {
        readings.delete(reading);
        request.off('data', onData);
        request.off('end', onEnd);
        request.off('close', onClose);
      };
      const reading: Reading = {
        deadlineMs: clock.monotonicMs() + bodyTimeoutMs,
        refuse: (error) => {
          finish();
          budget.give(size);
          discard(request);
          reject(error);
        },
      };
      const onData = (chunk: Buffer): void => {
        if (size + chunk.length > maxBytes) return reading.refuse(tooLarge(maxBytes));
        if (!budget.take(chunk.length))
          return reading.refuse(
            new WeirError('INGEST_BUSY', 'the bodies of other requests fill the memory for them'),
          );
        size += chunk.length;
        chunks.push(chunk);
      };
      const onEnd = (): void => {
        finish();
        const [only] = chunks;
        resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size));
      };
      const onClose = (): void => {
        finish();
        budget.give(size);
        resolve(undefined);
      };

      if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
        discard(request);
        return reject(tooLarge(maxBytes));
      }
      readings.add(reading);
      request.on('data', onData);
      request.on('end', onEnd);
      request.on('close', onClose);
      // 'close' follows; without a listener the error of a reset connection would be an uncaught one.
      request.on('error', () => {});
    });

  return { read, stop: () => sweeper.stop() };
}

/** Reads on and throws away, within bounds: a sender that only writes would otherwise never see the answer. */
export function discard(request: IncomingMessage): void {
  let discarded = 0;
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > MAX_DISCARDED_BYTES) request.destroy();
  });
}

function tooLarge(maxBytes: number): WeirError {
  return new WeirError('INGEST_BODY_TOO_LARGE', `the body is larger than ${maxBytes} bytes`);
}
