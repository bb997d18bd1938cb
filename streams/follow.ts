import type { KvEvent } from '../platform/bus/kv.ts';

/** Tells every change of a watch; resolves when what was stored at its beginning has been told. */
export function follow<T>(
  watch: AsyncGenerator<KvEvent<T>, void, void>,
  tell: (event: Exclude<KvEvent<T>, { type: 'ready' }>) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const run = async (): Promise<void> => {
      for await (const event of watch) {
        if (event.type === 'ready') resolve();
        else tell(event);
      }
    };
    run().catch(reject);
  });
}
