import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLinkSigner } from './signed-link.ts';

describe('signed links', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'weir-links-'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test('say what was signed, in another process too, for their purpose alone', () => {
    const token = createLinkSigner(home).sign('unsubscribe', ['main', 's1', 'c1']);
    expect(createLinkSigner(home).verify('unsubscribe', token)).toEqual(['main', 's1', 'c1']);
    expect(createLinkSigner(home).verify('download', token)).toBeUndefined();
    expect(token).toMatch(/^[\w-]+\.[\w-]+$/);
    expect(statSync(join(home, 'keys', 'links.key')).mode & 0o777).toBe(0o600);
  });

  test('what was changed or made up is nothing, whatever it is', () => {
    const signer = createLinkSigner(home);
    const token = signer.sign('unsubscribe', ['main', 's1', 'c1']);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'b', '3', '_', '-', '.'), (at, char) => {
        const changed = token.slice(0, at) + char + token.slice(at + 1);
        // The last character of base64 has bits that stand for nothing.
        if (changed === token || at === token.length - 1) return;
        expect(signer.verify('unsubscribe', changed)).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(signer.verify('unsubscribe', text)).toBeUndefined();
      }),
    );
  });
});
