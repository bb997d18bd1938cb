import { deserialize, serialize } from 'node:v8';
import type { StageContext, StageEvent } from '../stage/stage.ts';
import { factOf, fieldsOf, textOf, type Fact } from './fact.ts';

/** Customers of a tenant, facts of a customer and joined identities of a tenant held at most; what is beyond is left out and counted. */
export const MAX_CUSTOMERS = 100_000;
export const MAX_FACTS = 2_000;
export const MAX_ALIASES = 200_000;

export interface Customer {
  readonly facts: Fact[];
  /** Rows as last written, three numbers each: window start × 2 + window, cell, hash. */
  written: number[];
  /** When its rows change by time alone. */
  dueMs: number;
}

/** What is known of the subscriptions of one tenant. */
export interface Book {
  readonly customers: Map<string, Customer>;
  /** Identities that are another customer's, by union: each points towards the smallest name of its set. */
  readonly aliases: Map<string, string>;
  /** Cells by their number in `written`. */
  readonly cells: string[];
  readonly dirty: Set<string>;
  /** Event time up to which everything is known; only grows. */
  horizonMs: number;
  /** When all customers are due: the next month, or the next change of a rate. */
  allDueMs: number;
  unattributed: number;
  refused: number;
  /** Version of the policy and text of the undated rates the rows were made by. */
  policyVersion: number;
  ratesText: string;
  /** Version of the last rows written. */
  rowVersion: number;
  isStatusDue: boolean;
  /** Up to when the status last written speaks. */
  toldMs: number;
}

export interface RecurringState {
  readonly books: Map<string, Book>;
}

const VERSION = 2;

export function createRecurringState(): RecurringState {
  return { books: new Map() };
}

/** Applies events of subscriptions in place. The state is what the set of facts says, whatever their order; order only bounds it. */
export function applyEvents(
  state: RecurringState,
  events: readonly StageEvent[],
  context: StageContext,
): void {
  for (const [tenant, book] of state.books)
    book.horizonMs = Math.max(book.horizonMs, context.watermarkMs(tenant));
  for (const event of events) {
    const book = bookOf(state, event.tenant, context);
    if (event.type === 'alias') {
      const previous = textOf(fieldsOf(event.data)['previous_id']);
      if (previous !== undefined && event.user !== '') join(book, previous, event.user);
      continue;
    }
    const fact = factOf(event);
    if (fact === undefined) continue;
    book.isStatusDue = true;
    // A fact about what has happened is known from when it was said, however far the watermark trails.
    book.horizonMs = Math.max(book.horizonMs, event.eventTimeMs);
    if (event.user === '') {
      book.unattributed++;
      continue;
    }
    const name = rootOf(book, event.user);
    const customer = customerOf(book, name);
    if (customer === undefined || customer.facts.length >= MAX_FACTS) {
      book.refused++;
      continue;
    }
    customer.facts.push(fact);
    book.dirty.add(name);
  }
}

function bookOf(state: RecurringState, tenant: string, context: StageContext): Book {
  const known = state.books.get(tenant);
  if (known !== undefined) return known;
  const book: Book = {
    customers: new Map(),
    aliases: new Map(),
    cells: [],
    dirty: new Set(),
    horizonMs: context.watermarkMs(tenant),
    allDueMs: Number.NEGATIVE_INFINITY,
    unattributed: 0,
    refused: 0,
    policyVersion: -1,
    ratesText: '',
    rowVersion: 0,
    isStatusDue: true,
    toldMs: Number.NEGATIVE_INFINITY,
  };
  state.books.set(tenant, book);
  return book;
}

function customerOf(book: Book, name: string): Customer | undefined {
  const known = book.customers.get(name);
  if (known !== undefined) return known;
  if (book.customers.size >= MAX_CUSTOMERS) return undefined;
  const made: Customer = { facts: [], written: [], dueMs: Number.POSITIVE_INFINITY };
  book.customers.set(name, made);
  return made;
}

function rootOf(book: Book, name: string): string {
  let at = name;
  for (let next = book.aliases.get(at); next !== undefined; next = book.aliases.get(at)) at = next;
  return at;
}

/** Two identities are one customer; which name it goes by depends on the names alone. */
function join(book: Book, a: string, b: string): void {
  const [one, other] = [rootOf(book, a), rootOf(book, b)];
  if (one === other) return;
  if (book.aliases.size >= MAX_ALIASES) {
    book.refused++;
    return;
  }
  const [kept, gone] = one < other ? [one, other] : [other, one];
  book.aliases.set(gone, kept);
  const moving = book.customers.get(gone);
  if (moving === undefined || moving.facts.length === 0) return;
  const customer = customerOf(book, kept);
  if (customer === undefined) {
    book.refused += moving.facts.length;
    return;
  }
  const room = MAX_FACTS - customer.facts.length;
  book.refused += Math.max(0, moving.facts.length - room);
  customer.facts.push(...moving.facts.slice(0, room));
  // Its own rows are to become nothing; it stays until they are.
  moving.facts.length = 0;
  book.dirty.add(kept);
  book.dirty.add(gone);
}

export function encodeState(state: RecurringState): Uint8Array {
  return serialize({ version: VERSION, books: state.books });
}

/** Undefined when the bytes are of another version. The runner has checked that they are whole. */
export function decodeState(bytes: Uint8Array): RecurringState | undefined {
  const image: unknown = deserialize(bytes);
  return isImage(image) ? { books: image.books } : undefined;
}

function isImage(value: unknown): value is { readonly version: number; readonly books: Map<string, Book> } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === VERSION &&
    'books' in value &&
    value.books instanceof Map
  );
}
