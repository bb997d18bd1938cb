import { Type } from '@sinclair/typebox';
import { CASH_BALANCE, CASH_MOVEMENT, isCashKind, type CashKind } from '../../platform/contracts/cash.ts';
import { eventFlags } from '../../platform/contracts/event.ts';
import type { WindowClock } from '../../platform/kpi/window-time.ts';
import type { Store } from '../../platform/store/store.ts';
import { netCashFlow } from '../report/cash-flow.ts';
import type { CashFacts, CashFlow, CashSpan } from '../report/facts.ts';

/** Movements of a quarter of an hour, the finest step any zone begins its days on. */
interface Movement {
  readonly ms: number;
  readonly kind: CashKind;
  readonly stream: string;
  readonly amount: number;
  readonly count: number;
}

interface Balance {
  readonly account: string;
  /** From then on it holds: the moment itself at the start of a day, else the end of its day, as flows are of whole days. */
  readonly asOfMs: number;
  readonly amount: number;
}

export interface CashQuestion {
  readonly store: Store;
  readonly tenant: string;
  readonly clock: WindowClock;
  readonly fromMs: number;
  readonly toMs: number;
  /** Undefined where there is no period before to compare with. */
  readonly priorFromMs: number | undefined;
  /** Profit and revenue by stream of whole days, at most 366 of them. */
  readonly figuresOf: (
    fromMs: number,
    toMs: number,
  ) => Promise<{ readonly profitMinor: number; readonly streams: ReadonlyMap<string, number> }>;
}

const DAY_MS = 86_400_000;
const CHUNK_DAYS = 366;
/** Further back nothing is added up: a position since the first event is then not known. */
const MAX_CHUNKS = 10;
const MAX_ROWS = 100_000;

/** What the cash flow statement is made from. A position is a recorded balance carried on by the flow since, or the flow since the first event. */
export async function readCash(question: CashQuestion): Promise<CashFacts> {
  const { clock, fromMs, priorFromMs, store, tenant, toMs } = question;
  const movements = await readMovements(store, tenant, toMs);
  const balances = await readBalances(store, tenant, toMs, clock);
  const firstMs = await readFirstDay(store, tenant, clock);
  const accrued = new Set(
    movements.flatMap(({ kind, stream }) => (kind === 'payout' && stream !== '' ? [stream] : [])),
  );
  const known = new Map<string, Promise<CashFlow>>();
  const flowOf = async (from: number, to: number): Promise<CashFlow> => {
    const key = `${from} ${to}`;
    const asked = known.get(key) ?? readFlow(question, movements, accrued, from, to);
    known.set(key, asked);
    return await asked;
  };
  const spanOf = async (from: number, to: number): Promise<CashSpan> => ({
    flow: await flowOf(from, to),
    ...(await placeOf({ balances, firstMs, flowOf }, from, to)),
  });
  const now = await spanOf(fromMs, toMs);
  const { streams } = await question.figuresOf(fromMs, toMs);
  return {
    now,
    prior: priorFromMs === undefined ? null : await spanOf(priorFromMs, fromMs),
    accruedStreams: [...accrued].toSorted(),
    directStreams: [...streams.keys()].filter((stream) => stream !== '' && !accrued.has(stream)),
    recordedKinds: [...new Set(movements.map(({ kind }) => kind))].toSorted(),
    strayPayouts: within(movements, fromMs, toMs)
      .filter(({ kind, stream }) => kind === 'payout' && stream === '')
      .reduce((sum, { count }) => sum + count, 0),
  };
}

interface PlaceDeps {
  readonly balances: readonly Balance[];
  readonly firstMs: number | null;
  readonly flowOf: (fromMs: number, toMs: number) => Promise<CashFlow>;
}

/** Opening and closing of [from, to). */
async function placeOf(
  { balances, firstMs, flowOf }: PlaceDeps,
  from: number,
  to: number,
): Promise<Omit<CashSpan, 'flow'>> {
  const net = async (a: number, b: number): Promise<number | null> =>
    a >= b ? 0 : isTooLong(a, b) ? null : netCashFlow({ ...nowhere, flow: await flowOf(a, b) });
  const carried = async (balance: Position, at: number): Promise<number | null> => {
    const since = await net(balance.asOfMs, at);
    return since === null ? null : balance.amount + since;
  };
  const before = positionAt(balances, from);
  const until = positionAt(balances, to);
  if (before !== undefined && until !== undefined) {
    const isNewer = until.asOfMs > from;
    return {
      basis: isNewer ? 'balances' : 'opening',
      openingMinor: await carried(before, from),
      closingMinor: await carried(until, to),
      asOfMs: until.asOfMs,
    };
  }
  if (until !== undefined) {
    const closingMinor = await carried(until, to);
    const flow = await net(from, to);
    return {
      basis: 'back',
      openingMinor: closingMinor === null || flow === null ? null : closingMinor - flow,
      closingMinor,
      asOfMs: until.asOfMs,
    };
  }
  if (firstMs === null || isTooLong(firstMs, to)) return nowhere;
  return {
    basis: 'since',
    openingMinor: await net(Math.min(firstMs, from), from),
    closingMinor: await net(Math.min(firstMs, from), to),
    asOfMs: firstMs,
  };
}

const nowhere = { basis: 'unknown', openingMinor: null, closingMinor: null, asOfMs: null } as const;

function isTooLong(fromMs: number, toMs: number): boolean {
  return toMs - fromMs > CHUNK_DAYS * MAX_CHUNKS * DAY_MS;
}

interface Position {
  readonly asOfMs: number;
  readonly amount: number;
}

/** The newest balance of each account up to a moment, together; an account not told of since stands as it was. */
function positionAt(balances: readonly Balance[], atMs: number): Position | undefined {
  const newest = new Map<string, Balance>();
  for (const balance of balances)
    if (balance.asOfMs <= atMs && balance.asOfMs >= (newest.get(balance.account)?.asOfMs ?? 0))
      newest.set(balance.account, balance);
  if (newest.size === 0) return undefined;
  const held = [...newest.values()];
  return {
    asOfMs: Math.max(...held.map(({ asOfMs }) => asOfMs)),
    amount: held.reduce((sum, { amount }) => sum + amount, 0),
  };
}

async function readFlow(
  { clock, figuresOf }: CashQuestion,
  movements: readonly Movement[],
  accrued: ReadonlySet<string>,
  fromMs: number,
  toMs: number,
): Promise<CashFlow> {
  let profitMinor = 0;
  let accruedMinor = 0;
  for (let at = fromMs; at < toMs;) {
    const end = Math.min(toMs, clock.start('1d', at + CHUNK_DAYS * DAY_MS));
    const figures = await figuresOf(at, end);
    profitMinor += figures.profitMinor;
    for (const stream of accrued) accruedMinor += figures.streams.get(stream) ?? 0;
    at = end;
  }
  let payoutsMinor = 0;
  const kinds: Partial<Record<CashKind, number>> = {};
  for (const { amount, kind, stream } of within(movements, fromMs, toMs))
    if (kind !== 'payout') kinds[kind] = (kinds[kind] ?? 0) + amount;
    else if (stream !== '') payoutsMinor += amount;
  return { profitMinor, accruedMinor, payoutsMinor, kinds };
}

function within(movements: readonly Movement[], fromMs: number, toMs: number): readonly Movement[] {
  return movements.filter(({ ms }) => ms >= fromMs && ms < toMs);
}

const EFFECTIVE_MS = `if(JSONHas(data, 'effective_at'),
 ifNull(if(JSONType(data, 'effective_at') = 'String',
  toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(JSONExtractString(data, 'effective_at'), 3, 'UTC')),
  toInt64(if(JSONExtractFloat(data, 'effective_at') < 1e11, 1000, 1) * JSONExtractFloat(data, 'effective_at'))), toUnixTimestamp64Milli(time)),
 toUnixTimestamp64Milli(time))`;
const CONVERTED = `bitAnd(flags, ${eventFlags.unconverted}) = 0`;

const MovementRow = Type.Object({
  at: Type.Number(),
  kind: Type.String(),
  stream: Type.String(),
  amount: Type.Number(),
  count: Type.Number(),
});

async function readMovements(store: Store, tenant: string, toMs: number): Promise<readonly Movement[]> {
  const rows = await store.query(
    `SELECT intDiv(ms, 900000) * 900000 AS at, kind, stream, toFloat64(sum(amount_base_minor)) AS amount, count() AS count
FROM (
 SELECT ${EFFECTIVE_MS} AS ms, JSONExtractString(data, 'kind') AS kind, stream, amount_base_minor
 FROM events WHERE tenant = {tenant:String} AND type = {type:String} AND ${CONVERTED}
)
WHERE ms < {to:Int64}
GROUP BY at, kind, stream ORDER BY at DESC, kind, stream LIMIT ${MAX_ROWS}`,
    { tenant, type: CASH_MOVEMENT, to: toMs },
    MovementRow,
  );
  return rows.flatMap(({ at, kind, ...rest }) => (isCashKind(kind) ? [{ ms: at, kind, ...rest }] : []));
}

const BalanceRow = Type.Object({ account: Type.String(), at: Type.Number(), amount: Type.Number() });

async function readBalances(
  store: Store,
  tenant: string,
  toMs: number,
  clock: WindowClock,
): Promise<readonly Balance[]> {
  const rows = await store.query(
    `SELECT account, ms AS at, toFloat64(argMax(amount_base_minor, received_at)) AS amount
FROM (
 SELECT JSONExtractString(data, 'account') AS account, ${EFFECTIVE_MS} AS ms, amount_base_minor, received_at
 FROM events WHERE tenant = {tenant:String} AND type = {type:String} AND ${CONVERTED}
)
WHERE ms <= {to:Int64}
GROUP BY account, at ORDER BY at DESC, account LIMIT ${MAX_ROWS}`,
    { tenant, type: CASH_BALANCE, to: toMs },
    BalanceRow,
  );
  return rows.toReversed().map(({ account, amount, at }) => {
    const day = clock.start('1d', at);
    return { account, amount, asOfMs: day === at ? at : clock.end('1d', day) };
  });
}

const FirstRow = Type.Object({ first: Type.Union([Type.Number(), Type.Null()]) });

async function readFirstDay(store: Store, tenant: string, clock: WindowClock): Promise<number | null> {
  const [row] = await store.query(
    `SELECT if(count() = 0, NULL, toUnixTimestamp64Milli(min(window_start))) AS first FROM kpi
WHERE tenant = {tenant:String} AND window = '1d' AND rollup = 'total'`,
    { tenant },
    FirstRow,
  );
  return row?.first === null || row?.first === undefined ? null : clock.start('1d', row.first);
}
