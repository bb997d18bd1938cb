import { defaultMrrPolicy, type MrrPolicy } from '../../platform/contracts/recurring.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import type { WindowClock } from '../../platform/kpi/window-time.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { escapeTsv } from '../../platform/store/tsv.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Stage } from '../stage/stage.ts';
import { customerSteps } from './customer-steps.ts';
import { cutRows, type CutRow } from './cut-rows.ts';
import { recurringTypes } from './fact.ts';
import { movementKinds, movementRows, nextStepMs, type MovementContext } from './movements.ts';
import { createRates } from './rates.ts';
import type { RecurringMetrics } from './metrics.ts';
import {
  applyEvents,
  createRecurringState,
  decodeState,
  encodeState,
  type Book,
  type Customer,
  type RecurringState,
} from './recurring-state.ts';
import { changedRows } from './written-rows.ts';

export interface RecurringDeps {
  readonly store: Store;
  readonly metrics: RecurringMetrics;
  readonly tenantOf: (tenant: string) => Tenant | undefined;
  /** The newest policy the tenant has set; undefined when none. */
  readonly policyOf: (tenant: string) => MrrPolicy | undefined;
}

const amountNames = ['opening', ...movementKinds, 'transfer', 'fx', 'closing', 'yearAgo'] as const;
export const movementColumns = [
  'tenant',
  'policy_version',
  'window',
  'window_start',
  'customer',
  'segment',
  'currency',
  ...amountNames.map((name) => columnOf(name)),
  ...amountNames.map((name) => `${columnOf(name)}_base`),
  'version',
];
/** As those of the movements, with what they are cut by. */
export const cutColumns = ['cut_by', ...movementColumns];
export const statusColumns = [
  'tenant',
  'policy_version',
  'as_of',
  'customers',
  'unattributed',
  'refused',
  'unrated',
  'version',
];
/** Customers worked out before rows are written and the thread is given free. */
const CUSTOMERS_PER_STEP = 200;
/** How far time may go on before readers are told that nothing has happened. */
const STATUS_EVERY_MS = 60_000;

/**
 * Recurring revenue: a customer whose facts change is worked out anew and its rows that differ are written, absolute and replaceable.
 * A new policy writes rows of its own version beside the old ones; readers turn to them when all are there, then the old ones are deleted.
 */
export function createRecurringStage(deps: RecurringDeps): Stage<RecurringState> {
  const clocks = new Map<string, WindowClock>();
  const clockOf = (zone: string): WindowClock => {
    const clock = clocks.get(zone) ?? createWindowClock(zone);
    clocks.set(zone, clock);
    return clock;
  };
  const policyOf = (tenant: string): MrrPolicy => deps.policyOf(tenant) ?? defaultMrrPolicy;
  const ratesTextOf = (tenant: string): string => {
    const record = deps.tenantOf(tenant);
    return JSON.stringify([record?.currency, record?.timeZone, record?.rates]);
  };
  const isNew = (tenant: string, book: Book): boolean =>
    book.policyVersion !== policyOf(tenant).version || book.ratesText !== ratesTextOf(tenant);

  const flushBook = async (tenant: string, book: Book, nowMs: number): Promise<void> => {
    const record = deps.tenantOf(tenant);
    if (record === undefined || book.customers.size === 0) return;
    const policy = policyOf(tenant);
    const replaces = book.policyVersion !== policy.version;
    const hasNewRates = book.ratesText !== ratesTextOf(tenant);
    const ratesText = ratesTextOf(tenant);
    const horizonMs = book.horizonMs;
    const clock = clockOf(record.timeZone);
    const rates = createRates(policy.rates, record.rates, record.currency);
    const context: MovementContext = { policy, rates, clock, horizonMs };
    const isAllDue = replaces || hasNewRates || horizonMs >= book.allDueMs;
    if (replaces) for (const customer of book.customers.values()) customer.written = [];
    book.rowVersion = Math.max(book.rowVersion + 1, nowMs);
    const version = book.rowVersion;
    const due: [string, Customer][] = [];
    for (const each of book.customers)
      if (isAllDue || each[1].dueMs <= horizonMs || book.dirty.has(each[0])) due.push(each);
    for (let at = 0; at < due.length; at += CUSTOMERS_PER_STEP) {
      const worked = due.slice(at, at + CUSTOMERS_PER_STEP).map(([name, customer]) => ({
        name,
        customer,
        ...workOut(book, customer, context, record.currency),
      }));
      const lines = (isCut: boolean): string =>
        worked
          .flatMap(({ name, changed }) =>
            changed
              .filter(({ cutBy }) => (cutBy !== undefined) === isCut)
              .map((row) => movementLine(tenant, policy.version, name, row, version)),
          )
          .join('');
      // Both again when the one came and the other did not: what is written is remembered below, and rows of the same content replace each other.
      await deps.store.insertRows('mrr_movements', movementColumns, lines(false));
      await deps.store.insertRows('mrr_cuts', cutColumns, lines(true));
      for (const { name, customer, written, dueMs, changed } of worked) {
        deps.metrics.rows.inc(changed.length);
        customer.written = written;
        customer.dueMs = dueMs;
        book.dirty.delete(name);
        if (customer.facts.length === 0) book.customers.delete(name);
      }
    }
    if (isAllDue)
      book.allDueMs = Math.min(clock.end('1mo', clock.start('1mo', horizonMs)), rates.nextChange(horizonMs));
    if (due.length > 0 || book.isStatusDue || replaces || horizonMs - book.toldMs >= STATUS_EVERY_MS) {
      await deps.store.insertRows('mrr_status', statusColumns, statusLine(tenant, book, context, version));
      book.isStatusDue = false;
      book.toldMs = horizonMs;
    }
    // Readers follow the version of the status, so nobody reads what goes now.
    if (replaces && book.policyVersion >= 0)
      for (const table of ['mrr_movements', 'mrr_cuts'])
        await deps.store.command(
          `ALTER TABLE ${table} DELETE WHERE tenant = {tenant:String} AND policy_version != {version:UInt32}`,
          { tenant, version: policy.version },
        );
    book.policyVersion = policy.version;
    book.ratesText = ratesText;
    deps.metrics.customers.set({ tenant }, book.customers.size);
    deps.metrics.refused.set({ tenant }, book.refused);
    deps.metrics.unattributed.set({ tenant }, book.unattributed);
  };

  return {
    name: 'recurring',
    types: recurringTypes,
    tables: ['mrr_movements', 'mrr_cuts', 'mrr_status'],
    create: createRecurringState,
    encode: encodeState,
    decode: decodeState,
    apply: applyEvents,
    isFlushDue: (state) =>
      [...state.books].some(([tenant, book]) => book.customers.size > 0 && isNew(tenant, book)),
    flush: async (state, nowMs) => {
      for (const [tenant, book] of state.books) await flushBook(tenant, book, nowMs);
    },
    forget: (state, tenant) => void state.books.delete(tenant),
  };
}

function workOut(book: Book, customer: Customer, context: MovementContext, baseCurrency: string) {
  const course = customerSteps(customer.facts, context.policy, baseCurrency);
  return {
    ...changedRows(book, customer, [
      ...movementRows(course, context).map((row) => ({ ...row, cutBy: undefined })),
      ...cutRows(customer.facts, context, baseCurrency),
    ]),
    dueMs: nextStepMs(course, context.horizonMs),
  };
}

function movementLine(
  tenant: string,
  policyVersion: number,
  customer: string,
  row: CutRow,
  version: number,
): string {
  const amounts = [row.native, row.base].map((each) => amountNames.map((name) => each[name]).join('\t'));
  const cut = row.cutBy === undefined ? '' : `${row.cutBy}\t`;
  return `${cut}${tenant}\t${policyVersion}\t${row.window}\t${row.windowStartMs}\t${escapeTsv(customer)}\t${escapeTsv(row.segment)}\t${escapeTsv(row.currency)}\t${amounts.join('\t')}\t${version}\n`;
}

function statusLine(
  tenant: string,
  book: Book,
  { policy, rates, horizonMs }: MovementContext,
  version: number,
): string {
  const currencies = new Set(book.cells.map((cell) => cell.slice(cell.indexOf('\u0001') + 1)));
  const unrated = [...currencies].filter(
    (currency) => currency !== '' && rates.convert(1, currency, horizonMs) === undefined,
  );
  const list = unrated.toSorted().map((currency) => `'${currency}'`);
  return `${tenant}\t${policy.version}\t${horizonMs}\t${book.customers.size}\t${book.unattributed}\t${book.refused}\t${escapeTsv(`[${list.join(',')}]`)}\t${version}\n`;
}

function columnOf(name: (typeof amountNames)[number]): string {
  return name === 'yearAgo' ? 'year_ago' : name;
}
