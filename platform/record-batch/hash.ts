/**
 * MurmurHash3 x86 128-bit (Appleby, public domain) over the UTF-16LE bytes of a string, with four seed lanes. Used for
 * identities (tenant, source, id), partitions and distinct counts; not for secrets.
 * `out[offset..offset+3]` receives the four 32-bit lanes.
 */
export function hash128(
  text: string,
  seed: Uint32Array,
  seedOffset: number,
  out: Uint32Array,
  offset: number,
): void {
  const c1 = 0x239b961b;
  const c2 = 0xab0e9789;
  const c3 = 0x38b34ae5;
  const c4 = 0xa1e38b93;
  let h1 = seed[seedOffset] ?? 0;
  let h2 = seed[seedOffset + 1] ?? 0;
  let h3 = seed[seedOffset + 2] ?? 0;
  let h4 = seed[seedOffset + 3] ?? 0;
  const length = text.length;
  const blocks = length >>> 3;
  for (let i = 0, p = 0; i < blocks; i++, p += 8) {
    let k1 = text.charCodeAt(p) | (text.charCodeAt(p + 1) << 16);
    let k2 = text.charCodeAt(p + 2) | (text.charCodeAt(p + 3) << 16);
    let k3 = text.charCodeAt(p + 4) | (text.charCodeAt(p + 5) << 16);
    let k4 = text.charCodeAt(p + 6) | (text.charCodeAt(p + 7) << 16);
    k1 = Math.imul(k1, c1);
    k1 = Math.imul((k1 << 15) | (k1 >>> 17), c2);
    h1 ^= k1;
    h1 = (h1 << 19) | (h1 >>> 13);
    h1 = (Math.imul(h1 + h2, 5) + 0x561ccd1b) | 0;
    k2 = Math.imul(k2, c2);
    k2 = Math.imul((k2 << 16) | (k2 >>> 16), c3);
    h2 ^= k2;
    h2 = (h2 << 17) | (h2 >>> 15);
    h2 = (Math.imul(h2 + h3, 5) + 0x0bcaa747) | 0;
    k3 = Math.imul(k3, c3);
    k3 = Math.imul((k3 << 17) | (k3 >>> 15), c4);
    h3 ^= k3;
    h3 = (h3 << 15) | (h3 >>> 17);
    h3 = (Math.imul(h3 + h4, 5) + 0x96cd1c35) | 0;
    k4 = Math.imul(k4, c4);
    k4 = Math.imul((k4 << 18) | (k4 >>> 14), c1);
    h4 ^= k4;
    h4 = (h4 << 13) | (h4 >>> 19);
    h4 = (Math.imul(h4 + h1, 5) + 0x32ac3b17) | 0;
  }
  const tail = blocks << 3;
  const rest = length - tail;
  if (rest > 6) h4 ^= mix4(at(text, tail + 6, length) | (at(text, tail + 7, length) << 16));
  if (rest > 4) h3 ^= mix3(at(text, tail + 4, length) | (at(text, tail + 5, length) << 16));
  if (rest > 2) h2 ^= mix2(at(text, tail + 2, length) | (at(text, tail + 3, length) << 16));
  if (rest > 0) h1 ^= mix1(at(text, tail, length) | (at(text, tail + 1, length) << 16));
  const bytes = length * 2;
  h1 ^= bytes;
  h2 ^= bytes;
  h3 ^= bytes;
  h4 ^= bytes;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = fmix(h1);
  h2 = fmix(h2);
  h3 = fmix(h3);
  h4 = fmix(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  out[offset] = h1;
  out[offset + 1] = h2 + h1;
  out[offset + 2] = h3 + h1;
  out[offset + 3] = h4 + h1;
}

function at(text: string, index: number, length: number): number {
  return index < length ? text.charCodeAt(index) : 0;
}

function mix1(k: number): number {
  const m = Math.imul(k, 0x239b961b);
  return Math.imul((m << 15) | (m >>> 17), 0xab0e9789);
}
function mix2(k: number): number {
  const m = Math.imul(k, 0xab0e9789);
  return Math.imul((m << 16) | (m >>> 16), 0x38b34ae5);
}
function mix3(k: number): number {
  const m = Math.imul(k, 0x38b34ae5);
  return Math.imul((m << 17) | (m >>> 15), 0xa1e38b93);
}
function mix4(k: number): number {
  const m = Math.imul(k, 0xa1e38b93);
  return Math.imul((m << 18) | (m >>> 14), 0x239b961b);
}
function fmix(h: number): number {
  let x = h;
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return x ^ (x >>> 16);
}
