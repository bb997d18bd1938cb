import { createHash } from 'node:crypto';

/** SHA-256 over the values and lengths of the histories, the same on every machine; one value changed is another hash. */
export function dataHash(histories: readonly Float64Array[]): string {
  const hash = createHash('sha256');
  for (const history of histories) {
    const bytes = new DataView(new ArrayBuffer(8 * (history.length + 1)));
    bytes.setFloat64(0, history.length);
    history.forEach((value, t) => bytes.setFloat64(8 * (t + 1), value));
    hash.update(bytes);
  }
  return hash.digest('hex');
}
