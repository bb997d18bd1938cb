import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSealer, sealedPattern } from './sealer.ts';
import { loadSealer, secretKeyPath } from './secret-keys.ts';

const keyOf = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

describe('sealing', () => {
  it('opens what it sealed, and never shows it', () => {
    const sealer = createSealer([keyOf(1)]);
    fc.assert(
      fc.property(fc.string(), fc.string({ maxLength: 40 }), (text, context) => {
        const sealed = sealer.seal(text, context);
        expect(sealed).toMatch(new RegExp(sealedPattern));
        if (text.length > 8) expect(sealed).not.toContain(text);
        expect(sealer.seal(text, context)).not.toBe(sealed);
        expect(sealer.open(sealed, context)).toBe(text);
      }),
    );
  });

  it('does not open elsewhere, changed, cut, or with another key', () => {
    const sealer = createSealer([keyOf(1)]);
    const sealed = sealer.seal('whsec_abc', 'webhooks/main.shop');
    const wrong = (text: string, by = sealer, context = 'webhooks/main.shop') =>
      expect(() => by.open(text, context)).toThrow(expect.objectContaining({ code: 'SECRETS_KEY_WRONG' }));
    wrong(sealed, sealer, 'webhooks/other.shop');
    // Not the last character: its low bits belong to no byte.
    wrong(`${sealed.slice(0, 30)}${sealed[30] === 'A' ? 'B' : 'A'}${sealed.slice(31)}`);
    wrong(sealed.slice(0, 25));
    wrong('nonsense');
    const other = createSealer([keyOf(2)]);
    wrong(sealed, other);
    expect(() => other.open(sealed, 'webhooks/main.shop')).toThrow(sealer.keyId);
  });

  it('an older key still opens, the first one seals', () => {
    const old = createSealer([keyOf(1)]);
    const both = createSealer([keyOf(2), keyOf(1)]);
    expect(both.open(old.seal('x', 'a'), 'a')).toBe('x');
    expect(both.seal('x', 'a')).toContain(createSealer([keyOf(2)]).keyId);
    expect(() => createSealer([])).toThrow(RangeError);
    expect(() => createSealer([new Uint8Array(16)])).toThrow(RangeError);
  });
});

describe('the key', () => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'weir-secrets-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('is made once, for its owner alone, and is the same afterwards', () => {
    const first = loadSealer(home);
    expect(statSync(secretKeyPath(home)).mode & 0o777).toBe(0o600);
    expect(loadSealer(home).keyId).toBe(first.keyId);
    expect(loadSealer(home).open(first.seal('x', 'a'), 'a')).toBe('x');
  });

  it('may come from the setting, as base64 or hex, older ones behind it', () => {
    const hex = Buffer.from(keyOf(7)).toString('hex');
    const base64 = Buffer.from(keyOf(8)).toString('base64');
    expect(loadSealer(home, hex).keyId).toBe(createSealer([keyOf(7)]).keyId);
    expect(loadSealer(home, `${base64},${hex}`).open(createSealer([keyOf(7)]).seal('x', 'a'), 'a')).toBe('x');
    expect(() => readFileSync(secretKeyPath(home))).toThrow('ENOENT');
  });

  it.each(['short', Buffer.from(keyOf(1).subarray(1)).toString('base64'), ' , '.padStart(5, ',')])(
    'that is none is refused: %s',
    (text) => {
      expect(() => loadSealer(home, text)).toThrow(expect.objectContaining({ code: 'SECRETS_KEY_INVALID' }));
    },
  );

  it('a file that holds no key is refused, not replaced', () => {
    loadSealer(home);
    writeFileSync(secretKeyPath(home), 'oops\n');
    expect(() => loadSealer(home)).toThrow(secretKeyPath(home));
    expect(readFileSync(secretKeyPath(home), 'utf8')).toBe('oops\n');
  });
});
