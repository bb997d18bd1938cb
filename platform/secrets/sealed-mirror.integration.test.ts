import { Type } from '@sinclair/typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bus } from '../bus/bus.ts';
import { openKv } from '../bus/kv.ts';
import { readFrom } from '../bus/reader.ts';
import { createTestBus, eventually, startTestNats } from '../testing/servers.ts';
import { openSealedMirror } from './sealed-mirror.ts';
import { createSealer } from './sealer.ts';

const Record = Type.Object({ tenant: Type.String(), secret: Type.String() });
const bucket = 'sealedtest';
const [oldKey, newKey, wrongKey] = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill));
let nats: Awaited<ReturnType<typeof startTestNats>>;
let bus: Bus;

beforeAll(async () => {
  nats = await startTestNats();
  bus = await createTestBus(nats);
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

/** Everything the bucket's stream holds, as text. */
async function dump(): Promise<string> {
  const lines: string[] = [];
  const { signal } = new AbortController();
  const all = { bus, stream: `KV_${bucket}`, subject: '$KV.>', fromSeq: 1, signal, untilCaughtUp: true };
  for await (const batch of readFrom(all))
    lines.push(...batch.map(({ data }) => Buffer.from(data).toString('utf8')));
  return lines.join('\n');
}

const sealerOf = (...keys: (Uint8Array | undefined)[]) => createSealer(keys.flatMap((key) => key ?? []));

describe('a bucket of sealed values', () => {
  it('reads what lay in the clear once and seals it; nothing in it tells a secret', async () => {
    const plain = await openKv(bus, bucket, { schema: Record });
    await plain.put('main.old', { tenant: 'main', secret: 'whsec_plain' });
    const mirror = await openSealedMirror(bus, bucket, { schema: Record }, sealerOf(oldKey));
    expect(mirror.get('main.old')).toEqual({ tenant: 'main', secret: 'whsec_plain' });
    await mirror.create('main.new', { tenant: 'main', secret: 'whsec_new' });
    expect(await mirror.create('main.new', { tenant: 'main', secret: 'other' })).toBe(false);
    await mirror.update('main.new', (current) => current && { ...current, secret: `${current.secret}_2` });
    expect(mirror.get('main.new')?.secret).toBe('whsec_new_2');
    expect(
      mirror
        .values()
        .map(({ secret }) => secret)
        .toSorted(),
    ).toEqual(['whsec_new_2', 'whsec_plain']);
    expect(await dump()).not.toContain('whsec_');
    expect(await dump()).toContain('sealed');
    await mirror.stop();
  });

  it('another process sees changes opened; a newer key takes over what the older one sealed', async () => {
    const one = await openSealedMirror(bus, bucket, { schema: Record }, sealerOf(oldKey));
    const other = await openSealedMirror(bus, bucket, { schema: Record }, sealerOf(newKey, oldKey));
    expect(other.get('main.old')?.secret).toBe('whsec_plain');
    expect(await dump()).not.toContain(sealerOf(oldKey).keyId);
    const seen: (string | undefined)[] = [];
    other.onChange((_, value) => seen.push(value?.secret));
    await other.update('main.old', (current) => current && { ...current, secret: 'whsec_again' });
    await eventually('it was told', async () => seen.includes('whsec_again'));
    await one.stop();
    await other.stop();
  });

  it('the wrong key reads nothing, says why, and may write anew', async () => {
    const mirror = await openSealedMirror(bus, bucket, { schema: Record }, sealerOf(wrongKey));
    expect(mirror.get('main.old')).toBeUndefined();
    expect(mirror.values()).toEqual([]);
    expect(mirror.faultOf('main.old')).toMatch(/cannot be opened.*sealed with the key/);
    expect(mirror.faultOf('main.nobody')).toBeUndefined();
    await mirror.update('main.old', () => ({ tenant: 'main', secret: 'whsec_fresh' }));
    expect(mirror.get('main.old')?.secret).toBe('whsec_fresh');
    expect(mirror.faultOf('main.old')).toBeUndefined();
    await mirror.stop();
  });
});
