import type { Server } from 'node:http';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Door } from '../jobs/replay-worker.ts';

const timeoutMs = 30_000;
const everywhere = new Set(['0.0.0.0', '::']);

/** The door of this very process, over loopback: what goes in by it is treated like anybody's. */
export function createDoor(server: () => Server | undefined): Door {
  const origin = (): string | undefined => {
    const listening = server()?.address();
    if (typeof listening !== 'object' || listening === null) return undefined;
    const { address, port } = listening;
    const host = everywhere.has(address) ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address;
    return `http://${host}:${port}`;
  };
  return {
    isOpen: () => origin() !== undefined,
    post: async ({ body, contentType, path }, key) => {
      try {
        const response = await fetch(`${origin() ?? ''}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': contentType },
          body,
          signal: AbortSignal.timeout(timeoutMs),
        });
        await response.arrayBuffer();
        const retryAfterMs = 1_000 * Number(response.headers.get('retry-after') ?? 0) || 0;
        return { status: response.status, retryAfterMs };
      } catch (error) {
        throw new WeirError('BUS_REQUEST_FAILED', 'the door does not answer', { cause: error });
      }
    },
  };
}
