import type {
  AcknowledgedBatch,
  AcknowledgedMark,
  LogIncident,
  PartitionPosition,
  VerifyFinding,
} from '../platform/contracts/verify.ts';
import type { LogUsage } from './log-retention.ts';

/** What the stream says of itself. */
export interface LogInventory extends LogUsage {
  /** Sequences between the first and the last that are not there. */
  readonly deleted: readonly number[];
}

/** Sequences found missing on one occasion. */
export interface MissingBatches {
  /** `tail`: the log lost its end, so whoever had a position beyond had read them. `hole`: they vanished from the middle, at a time nobody knows. */
  readonly kind: 'tail' | 'hole';
  readonly seqs: readonly number[];
  readonly known: ReadonlyMap<number, AcknowledgedBatch>;
  readonly positions: readonly PartitionPosition[];
  /** When a former loss was noticed; undefined for what is missing now. */
  readonly foundAtMs: number | undefined;
}

/** Door and processors meet one loss within this time. */
const SAME_LOSS_MS = 120_000;

type DoorIncident = Extract<LogIncident, { foundBy: 'door' }>;

/** The end the log must have had: the last acknowledgement, or the furthest anybody has read. */
export function expectedLastSeq(
  mark: AcknowledgedMark | undefined,
  positions: readonly PartitionPosition[],
): number {
  return Math.max(mark?.lastSeq ?? 0, ...positions.flatMap(({ position, intentTo }) => [position, intentTo]));
}

/** Everything missing: now from the end, now from the middle, and on earlier occasions that were noted. */
export function findMissing(
  inventory: LogInventory,
  mark: AcknowledgedMark | undefined,
  positions: readonly PartitionPosition[],
  incidents: readonly LogIncident[],
): MissingBatches[] {
  const recent = new Map((mark?.recent ?? []).map((batch) => [batch.seq, batch]));
  const missing: MissingBatches[] = [];
  const wanted = expectedLastSeq(mark, positions);
  if (inventory.lastSeq < wanted) {
    const seqs = range(inventory.lastSeq + 1, wanted);
    missing.push({ kind: 'tail', seqs, known: recent, positions, foundAtMs: undefined });
  }
  if (inventory.deleted.length > 0)
    missing.push({ kind: 'hole', seqs: inventory.deleted, known: recent, positions, foundAtMs: undefined });
  for (const incident of incidents) {
    if (!isDoorIncident(incident)) continue;
    missing.push({
      kind: 'tail',
      seqs: range(incident.lastSeq + 1, incident.acknowledgedSeq),
      known: new Map(incident.missing.map((batch) => [batch.seq, batch])),
      positions: positionsAt(incident, incidents),
      foundAtMs: incident.atMs,
    });
  }
  return missing;
}

/**
 * The door may have read a partition's position after its processor had gone on, or found none because the checkpoints were lost too;
 * what the processor itself noted counts.
 */
function positionsAt(door: DoorIncident, incidents: readonly LogIncident[]): PartitionPosition[] {
  const byPartition = new Map(door.positions.map((position) => [position.partition, position]));
  const noted = incidents
    .flatMap((incident) => (isDoorIncident(incident) ? [] : [incident]))
    .filter(({ atMs }) => Math.abs(atMs - door.atMs) < SAME_LOSS_MS)
    // The nearest in time last, so that it is the one that stays.
    .sort((a, b) => Math.abs(b.atMs - door.atMs) - Math.abs(a.atMs - door.atMs));
  for (const { partition, position, intentTo, seqOffset } of noted)
    byPartition.set(partition, { partition, position, intentTo, seqOffset });
  return [...byPartition.values()];
}

/** Places in `events` where rows of a missing batch would stand: its partition's, or any partition's when it is not known. */
export function rowPlaces(
  missing: MissingBatches,
): { readonly partition: number; readonly seq: number; readonly rowSeq: number }[] {
  return missing.seqs.flatMap((seq) => {
    const partition = missing.known.get(seq)?.partition;
    return missing.positions
      .filter((position) => partition === undefined || position.partition === partition)
      .map((position) => ({ partition: position.partition, seq, rowSeq: seq + position.seqOffset }));
  });
}

type Fate = 'stored' | 'lost' | 'unknown';

/** What became of a missing batch. `hasRows` looks into `events`. */
function fateOf(
  seq: number,
  missing: MissingBatches,
  hasRows: (partition: number, rowSeq: number) => boolean,
): Fate {
  if (rowPlaces({ ...missing, seqs: [seq] }).some(({ partition, rowSeq }) => hasRows(partition, rowSeq)))
    return 'stored';
  const partition = missing.known.get(seq)?.partition;
  const candidates = missing.positions.filter(
    (position) => partition === undefined || position.partition === partition,
  );
  if (candidates.length === 0) return partition === undefined ? 'unknown' : 'lost';
  if (candidates.every(({ position }) => position < seq)) return 'lost';
  // A reader steps over a hole, so a position beyond one proves nothing; the end of the log it must have read to get there.
  if (missing.kind === 'tail' && candidates.every(({ position }) => position >= seq)) return 'stored';
  return 'unknown';
}

/** One finding for each fate on each occasion. */
export function judgeMissing(
  missing: MissingBatches,
  hasRows: (partition: number, rowSeq: number) => boolean,
): VerifyFinding[] {
  const byFate = new Map<Fate, number[]>();
  for (const seq of missing.seqs) {
    const fate = fateOf(seq, missing, hasRows);
    const seqs = byFate.get(fate);
    if (seqs === undefined) byFate.set(fate, [seq]);
    else seqs.push(seq);
  }
  const where = missing.kind === 'tail' ? 'the end of the log' : 'the middle of the log';
  const since = missing.foundAtMs === undefined ? '' : `, found ${new Date(missing.foundAtMs).toISOString()}`;
  const findings: VerifyFinding[] = [];
  for (const [fate, seqs] of byFate) {
    const batches = `${seqs.length} record ${seqs.length === 1 ? 'batch' : 'batches'}`;
    const named = `${batches} of sequence ${rangesText(seqs)}${partitionsText(seqs, missing.known)}`;
    const details = detailsOf(seqs, missing);
    if (fate === 'stored') {
      findings.push({
        code: 'LOG_BATCHES_MISSING_BUT_STORED',
        severity: 'info',
        message: `${named} vanished from ${where} after their events had been stored: nothing is lost${since}.`,
        details,
      });
    } else if (fate === 'lost') {
      findings.push({
        code: 'LOG_BATCHES_LOST',
        severity: 'error',
        message: `${named} vanished from ${where} before anybody had processed them: their events were acknowledged and are lost${since}.`,
        details,
      });
    } else {
      findings.push({
        code: 'LOG_BATCHES_MISSING_AND_UNKNOWN',
        severity: 'error',
        message: `${named} vanished from ${where} and no event of theirs is stored: they held only repeats, or are lost${since}.`,
        details,
      });
    }
  }
  return findings;
}

/** What a processor noted when its own position lay beyond the log, unless the door named the same loss in full. */
export function judgeIncidents(incidents: readonly LogIncident[]): VerifyFinding[] {
  const named = incidents.filter(isDoorIncident);
  return incidents.flatMap((incident): VerifyFinding[] => {
    if (isDoorIncident(incident)) return [];
    const isNamed = named.some(
      (door) => incident.position > door.lastSeq && incident.position <= door.acknowledgedSeq,
    );
    const at = new Date(incident.atMs).toISOString();
    return [
      {
        code: 'LOG_TRUNCATED',
        severity: isNamed ? 'info' : 'error',
        message: `Partition ${incident.partition} had processed up to sequence ${incident.position}, which the log held no more (${at}); its windows were counted again from the stored events.${
          isNamed ? '' : ' Which batches had been acknowledged and not yet processed is not known.'
        }`,
        details: { ...incident },
      },
    ];
  });
}

function isDoorIncident(incident: LogIncident): incident is DoorIncident {
  return 'foundBy' in incident;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

/** `3, 5–9` of ascending numbers. */
export function rangesText(numbers: readonly number[]): string {
  const parts: string[] = [];
  let first: number | undefined;
  let last = 0;
  const close = (): void => {
    if (first !== undefined) parts.push(first === last ? `${first}` : `${first}–${last}`);
  };
  for (const n of numbers) {
    if (first === undefined || n !== last + 1) {
      close();
      first = n;
    }
    last = n;
  }
  close();
  return parts.join(', ');
}

function partitionsText(seqs: readonly number[], known: MissingBatches['known']): string {
  const partitions = new Set(seqs.map((seq) => known.get(seq)?.partition));
  const numbers = [...partitions].filter((partition) => partition !== undefined).sort((a, b) => a - b);
  if (numbers.length === 0) return ' (partition not known)';
  return ` (partition ${numbers.join(', ')}${partitions.has(undefined) ? ' and others' : ''})`;
}

function detailsOf(seqs: readonly number[], missing: MissingBatches): VerifyFinding['details'] {
  const byPartition: Record<string, string> = {};
  const partitionOf = (seq: number): string => String(missing.known.get(seq)?.partition ?? 'unknown');
  for (const partition of new Set(seqs.map(partitionOf)))
    byPartition[partition] = rangesText(seqs.filter((seq) => partitionOf(seq) === partition));
  const remembered = seqs.flatMap((seq) => missing.known.get(seq) ?? []);
  return {
    sequences: rangesText(seqs),
    batches: seqs.length,
    partitions: byPartition,
    eventsOfRememberedBatches: remembered.reduce((sum, { events }) => sum + events, 0),
    rememberedBatches: remembered.length,
    ...(missing.foundAtMs === undefined ? {} : { foundAtMs: missing.foundAtMs }),
  };
}
