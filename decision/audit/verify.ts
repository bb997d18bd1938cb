import type { AuditCheckpoint, AuditEntry, AuditFinding } from '../../platform/contracts/audit.ts';
import { emptyChain, entryHash, type ChainHead } from './chain.ts';
import { isSigned, type PublicKey } from './checkpoint.ts';

export interface ChainVerdict {
  readonly head: ChainHead;
  readonly entries: number;
  readonly checkpoints: number;
  /** At most 50. */
  readonly findings: readonly AuditFinding[];
}

const maxFindings = 50;

/**
 * Looks for any edit, deletion or insertion. Entries come in the order they are stored. The chain alone shows what was changed without
 * recomputing it; signed checkpoints show the rest: a chain recomputed from some entry on, and an end that was cut off. What follows the
 * newest checkpoint is only as safe as the chain, which is why checkpoints are copied elsewhere.
 */
export function verifyChain(
  entries: Iterable<AuditEntry>,
  checkpoints: readonly AuditCheckpoint[],
  keys: readonly PublicKey[],
): ChainVerdict {
  const findings: AuditFinding[] = [];
  const note = (code: AuditFinding['code'], number: number, message: string): void => {
    if (findings.length < maxFindings) findings.push({ code, number, message });
  };
  const wanted = new Map<number, AuditCheckpoint[]>();
  for (const checkpoint of checkpoints) {
    const key = keys.find(({ id }) => id === checkpoint.keyId);
    if (key === undefined)
      note(
        'key_missing',
        checkpoint.number,
        `the checkpoint at entry ${checkpoint.number} is signed by key ${checkpoint.keyId}, which is not here`,
      );
    else if (!isSigned(checkpoint, key))
      note(
        'unsigned',
        checkpoint.number,
        `the checkpoint at entry ${checkpoint.number} does not carry our signature`,
      );
    else wanted.set(checkpoint.number, [...(wanted.get(checkpoint.number) ?? []), checkpoint]);
  }
  let head = emptyChain;
  let count = 0;
  for (const entry of entries) {
    count += 1;
    if (entryHash(entry) !== entry.hash)
      note('edited', entry.number, `entry ${entry.number} was changed after it was written`);
    if (entry.number > head.number + 1)
      note('missing', head.number + 1, `entries ${head.number + 1} to ${entry.number - 1} are gone`);
    else if (entry.number <= head.number)
      note('inserted', entry.number, `entry ${entry.number} stands where ${head.number + 1} belongs`);
    else if (entry.prev !== head.hash)
      note('edited', entry.number, `entry ${entry.number} does not follow from the one before it`);
    for (const checkpoint of wanted.get(entry.number) ?? []) {
      if (checkpoint.hash !== entry.hash)
        note(
          'edited',
          entry.number,
          `entry ${entry.number} is not the one that was signed: the chain was written anew up to here`,
        );
    }
    head = { number: entry.number, hash: entry.hash };
  }
  const newest = Math.max(0, ...wanted.keys());
  if (newest > head.number)
    note('cut', head.number + 1, `entries ${head.number + 1} to ${newest} were signed and are gone`);
  return { head, entries: count, checkpoints: checkpoints.length, findings };
}
