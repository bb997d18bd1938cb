import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditCheckpoint, AuditEntry } from '../../platform/contracts/audit.ts';
import { t0 } from '../testing/fixtures.ts';
import { emptyChain, linkFact, type ChainHead } from './chain.ts';
import { publicKeyOf, signCheckpoint } from './checkpoint.ts';
import { verifyChain } from './verify.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const keys = [publicKeyOf(privateKey)];

function chainOf(count: number, actor = 'user:a'): AuditEntry[] {
  let head: ChainHead = emptyChain;
  return Array.from({ length: count }, (_, index) => {
    const entry = linkFact(
      head,
      {
        id: `f${index}`,
        tenant: 'main',
        atMs: t0 + index,
        actor,
        action: 'decision.approve',
        object: `dec_${index}`,
        result: 'done',
        requestId: '',
        details: { amount: index, nested: { a: [1, 'x'] } },
      },
      index + 1,
    );
    head = entry;
    return entry;
  });
}

const headOf = (entries: readonly AuditEntry[]): ChainHead => entries.at(-1) ?? emptyChain;
const codes = (entries: readonly AuditEntry[], checkpoints: readonly AuditCheckpoint[] = []): string[] => [
  ...new Set(verifyChain(entries, checkpoints, keys).findings.map(({ code }) => code)),
];
/** The chain written anew with valid hashes, as somebody would who can write to the store but has no key. */
function rewritten(entries: readonly AuditEntry[]): AuditEntry[] {
  let head: ChainHead = emptyChain;
  return entries.map(({ number: _n, intakeSeq, prev: _p, hash: _h, ...fact }) => {
    const entry = linkFact(head, fact, intakeSeq);
    head = entry;
    return entry;
  });
}

describe('the chain', () => {
  const chain = chainOf(6);
  const signed = [signCheckpoint('main', headOf(chain), t0, privateKey)];

  it('is intact as it was written, and after a way through JSON', () => {
    expect(codes(chain, signed)).toEqual([]);
    expect(codes(JSON.parse(JSON.stringify(chain)), signed)).toEqual([]);
    expect(codes([], [])).toEqual([]);
  });

  it.each(['actor', 'action', 'object', 'requestId', 'id'] as const)('an edit of %s shows', (field) => {
    const edited = chain.map((entry, index) => (index === 2 ? { ...entry, [field]: 'other' } : entry));
    expect(codes(edited)).toContain('edited');
    expect(codes(rewritten(edited))).toEqual([]);
    expect(codes(rewritten(edited), signed)).toContain('edited');
  });

  it('an edit deep inside shows', () => {
    const edited = chain.map((entry, index) =>
      index === 2 ? { ...entry, details: { amount: 2, nested: { a: [1, 'y'] } } } : entry,
    );
    expect(codes(edited)).toContain('edited');
  });

  it('a deletion shows: in the middle, at the beginning, at the end, all of it', () => {
    expect(codes(chain.filter((_, index) => index !== 2))).toContain('missing');
    expect(codes(chain.slice(1))).toContain('missing');
    expect(codes(rewritten(chain.slice(1)), signed)).not.toEqual([]);
    expect(codes(chain.slice(0, -1), signed)).toEqual(['cut']);
    expect(codes([], signed)).toEqual(['cut']);
  });

  it('an insertion and a change of order show', () => {
    const [first, second, ...rest] = chain;
    if (first === undefined || second === undefined) throw new Error('too short');
    expect(codes([first, first, second, ...rest])).toContain('inserted');
    expect(codes([first, { ...second, number: 2, id: 'x' }, second, ...rest])).toContain('inserted');
    expect(codes([second, first, ...rest])).not.toEqual([]);
    expect(codes(rewritten([first, { ...second, id: 'new' }, second, ...rest]), signed)).toContain('edited');
  });

  it('a forged or foreign checkpoint shows', () => {
    const [checkpoint] = signed;
    if (checkpoint === undefined) throw new Error('none');
    expect(codes(chain, [{ ...checkpoint, hash: '0'.repeat(64) }])).toEqual(['unsigned']);
    const stranger = generateKeyPairSync('ed25519').privateKey;
    expect(codes(chain, [signCheckpoint('main', headOf(chain), t0, stranger)])).toEqual(['key_missing']);
    expect(codes(chain, [{ ...checkpoint, signature: 'x' }])).toEqual(['unsigned']);
  });

  it('any single change of any entry shows', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.constantFrom('drop', 'double', 'swap', 'edit'), (at, how) => {
        const changed = [...chain];
        const entry = changed[at];
        const next = changed[(at + 1) % 6];
        if (entry === undefined || next === undefined) return;
        if (how === 'drop') changed.splice(at, 1);
        else if (how === 'double') changed.splice(at, 0, entry);
        else if (how === 'edit') changed[at] = { ...entry, atMs: entry.atMs + 1 };
        else {
          changed[at] = next;
          changed[(at + 1) % 6] = entry;
        }
        expect(verifyChain(changed, signed, keys).findings).not.toEqual([]);
      }),
    );
  });

  it('people are named by a key, so that forgetting one changes nothing', () => {
    // The directory that turns `user:a` into a name is elsewhere: without it the chain is as valid as before.
    const text = JSON.stringify(chainOf(3, 'user:a'));
    expect(text).not.toContain('@');
    expect(codes(JSON.parse(text))).toEqual([]);
  });
});
