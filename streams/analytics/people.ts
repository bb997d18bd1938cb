import { Type } from '@sinclair/typebox';
import type { Store } from '../../platform/store/store.ts';

/** Links read for a question; the stage that writes them holds as many of each kind (`identities/links.ts`). */
const MAX_LINKS = 200_000;
const LIMIT_SECONDS = 5;
const LinkRow = Type.Object({ kind: Type.String(), a: Type.String(), b: Type.String() });

/** The one name of the person behind an identity. */
export type PersonOf = (identity: string) => string;

/**
 * Reads which of a tenant's identities are one person, by all that is known now: an event from before the sign-in counts for who signed in
 * later. Identities nothing is known of are persons of their own.
 */
export async function readPeople(store: Store, tenant: string): Promise<PersonOf> {
  const rows = await store.query(
    `SELECT * FROM (
 SELECT 'owner' AS kind, a, argMin(b, (at, b)) AS b FROM identities WHERE tenant = {tenant:String} AND kind = 'owner'
 GROUP BY a ORDER BY a LIMIT ${MAX_LINKS} SETTINGS max_execution_time = ${LIMIT_SECONDS}
 UNION ALL
 SELECT DISTINCT 'alias' AS kind, a, b FROM identities WHERE tenant = {tenant:String} AND kind = 'alias'
 ORDER BY a, b LIMIT ${MAX_LINKS}
)`,
    { tenant },
    LinkRow,
  );
  return personsFrom(rows);
}

/**
 * Persons from links: an anonymous id is the user who was first seen with it, and users that were said to be one go by the smallest name of
 * all of them. An alias of an anonymous id that is another user's already is not followed: on a shared device it would make two people one.
 */
export function personsFrom(
  links: readonly { readonly kind: string; readonly a: string; readonly b: string }[],
): PersonOf {
  const owners = new Map(links.filter(({ kind }) => kind === 'owner').map(({ a, b }) => [a, b]));
  const parents = new Map<string, string>();
  const rootOf = (name: string): string => {
    let at = name;
    for (let next = parents.get(at); next !== undefined; next = parents.get(at)) at = next;
    // Shorter next time; the root is the same.
    if (at !== name) parents.set(name, at);
    return at;
  };
  for (const { a, b, kind } of links) {
    if (kind !== 'alias' || (owners.has(a) && owners.get(a) !== b)) continue;
    const [one, other] = [rootOf(owners.get(a) ?? a), rootOf(owners.get(b) ?? b)];
    if (one === other) continue;
    const [kept, gone] = one < other ? [one, other] : [other, one];
    parents.set(gone, kept);
  }
  return (identity) => rootOf(owners.get(identity) ?? identity);
}

/** Events of one user in a slice, in order of time. */
export interface UserEvents {
  readonly u: string;
  readonly t: readonly number[];
  readonly m: readonly number[];
  readonly x: readonly string[];
  readonly v: readonly number[];
}

/** Events by person instead of by identity, each person's in order of time; of two at the same time the smaller identity's first. */
export function byPerson(rows: readonly UserEvents[], personOf: PersonOf): readonly UserEvents[] {
  const groups = new Map<string, UserEvents[]>();
  for (const row of rows) {
    const person = personOf(row.u);
    const held = groups.get(person);
    if (held === undefined) groups.set(person, [row]);
    else held.push(row);
  }
  return [...groups].map(([u, own]) => {
    const [only] = own;
    if (own.length === 1 && only !== undefined) return only.u === u ? only : { ...only, u };
    const events = own
      .toSorted((a, b) => (a.u < b.u ? -1 : 1))
      .flatMap(({ m, t, v, x }) => t.map((at, i) => ({ at, m: m[i] ?? 0, v: v[i] ?? 0, x: x[i] ?? '' })))
      .toSorted((a, b) => a.at - b.at);
    return {
      u,
      t: events.map(({ at }) => at),
      m: events.map(({ m }) => m),
      x: events.map(({ x }) => x),
      v: events.map(({ v }) => v),
    };
  });
}
