import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { createDetector, stepDetector } from '../anomaly/detector.ts';
import { noCollapse } from './collapse.ts';
import { createTenantWatch, decodeTenantWatch, encodeTenantWatch, newSeries } from './watch-state.ts';

const MINUTE_MS = 60_000;

/** A tenant with one series that has seen some minutes. */
function tenant() {
  const state = createTenantWatch('main');
  const series = newSeries(createDetector({ stepMs: MINUTE_MS, falseAlarmsPerWeek: 1 }), '1m');
  for (let at = 0; at < 400; at++) stepDetector(series.detector, { timeMs: at * MINUTE_MS, value: at % 7 });
  state.grains['1m'].series.set('views/total/', series);
  state.grains['1m'].nextMs = 400 * MINUTE_MS;
  return state;
}

/** The same image with its content changed: the checksum is of the content. */
function changed(bytes: Uint8Array, change: (image: unknown) => void): Uint8Array {
  const image: unknown = deserialize(Buffer.from(bytes).subarray(4));
  change(image);
  const body = serialize(image);
  const out = Buffer.alloc(4 + body.length);
  out.writeUInt32LE(crc32(body), 0);
  body.copy(out, 4);
  return out;
}

test('what is stored comes back as it was', () => {
  const state = tenant();
  expect(decodeTenantWatch(encodeTenantWatch(state))).toEqual(state);
});

test('an image from before incidents and collapses is completed; what was learned is kept', () => {
  const state = tenant();
  const old = changed(encodeTenantWatch(state), (image) => {
    JSON.stringify(image, (_key, value: unknown) => {
      if (typeof value !== 'object' || value === null) return value;
      Reflect.deleteProperty(value, 'roots');
      if (Reflect.deleteProperty(value, 'collapse') && 'density' in value)
        Reflect.set(value, 'dark', { run: 0, share: 1, known: 60, empty: 0 });
      return value;
    });
  });
  const read = decodeTenantWatch(old);
  expect(read?.grains['1m'].roots).toEqual([]);
  const series = read?.grains['1m'].series.get('views/total/');
  expect(series?.collapse).toEqual(noCollapse('1m'));
  expect(series).not.toHaveProperty('dark');
  expect(series?.detector).toEqual(state.grains['1m'].series.get('views/total/')?.detector);
});

test('a damaged image is no image', () => {
  const bytes = encodeTenantWatch(tenant());
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  expect(decodeTenantWatch(bytes)).toBeUndefined();
});
