import { Type, type Static } from '@sinclair/typebox';
import type { Store } from '../store/store.ts';

/** Links read for a question; the stage that writes them holds as many of each kind (`streams/identities`). */
const MAX_LINKS = 200_000;
const LIMIT_SECONDS = 5;
const LinkRow = Type.Object({ kind: Type.String(), a: Type.String(), b: Type.String() });

/** The one name of the person behind an identity. */
export type PersonOf = (identity: string) => string;

/**
 * Reads which of a tenant's identities are one person, by all that is known now: an event from before the sign-in counts for who signed in
 * later. Identities nothing is known of are persons of their own.
 */
export async function readPeople(store: Pick<Store, 'query'>, tenant: string): Promise<PersonOf> {
  return personsFrom(await readLinks(store, tenant));
}

/** What the stage of identities has written down, in one order. */
export async function readLinks(
  store: Pick<Store, 'query'>,
  tenant: string,
): Promise<readonly Static<typeof LinkRow>[]> {
  // Not `AS kind`: the alias would stand for the column in WHERE, and every link would be of both kinds.
  return store.query(
    `SELECT told AS kind, a, b FROM (
 SELECT 'owner' AS told, a, argMin(b, (at, b)) AS b FROM identities WHERE tenant = {tenant:String} AND kind = 'owner'
 GROUP BY a ORDER BY a LIMIT ${MAX_LINKS} SETTINGS max_execution_time = ${LIMIT_SECONDS}
 UNION ALL
 SELECT DISTINCT 'alias' AS told, a, b FROM identities WHERE tenant = {tenant:String} AND kind = 'alias'
 ORDER BY a, b LIMIT ${MAX_LINKS}
)`,
    { tenant },
    LinkRow,
  );
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
