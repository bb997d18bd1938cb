import type { SqlParams, Store } from '../store/store.ts';
import { personsFrom, readLinks } from './people.ts';

/** Users that were said to be one by `alias`, as many as a statement takes; beyond it they stay apart. */
const MAX_ALIASED = 20_000;

/** What to read instead of `events` so that `user` is the person, and `identity` what the event says. */
export interface PeopleEvents {
  /** A table expression; needs the parameter `tenant` beside its own. */
  readonly events: string;
  readonly params: SqlParams;
}

/** Without anything known of anybody, or where nothing is to be joined. */
export const identitiesAsTheyCame: PeopleEvents = {
  events: '(SELECT *, user AS identity FROM events)',
  params: {},
};

/**
 * Events by person, by all that is known of a tenant's identities now. Anonymous ids are looked up where their rows are, so that no question
 * carries hundreds of thousands of them; the few users joined by `alias` go along.
 */
export async function peopleEvents(store: Pick<Store, 'query'>, tenant: string): Promise<PeopleEvents> {
  const links = await readLinks(store, tenant);
  if (links.length === 0) return identitiesAsTheyCame;
  const personOf = personsFrom(links);
  const owners = new Map(links.filter(({ kind }) => kind === 'owner').map(({ a, b }) => [a, b]));
  const aliased = new Map<string, string>();
  for (const { a, b, kind } of links) {
    if (kind !== 'alias') continue;
    for (const identity of [a, b]) {
      const user = owners.get(identity) ?? identity;
      const person = personOf(user);
      if (person !== user && aliased.size < MAX_ALIASED) aliased.set(user, person);
    }
  }
  const user = owners.size === 0 ? 'e.user' : `transform(e.user, ${ownersPart(1)}, ${ownersPart(2)}, e.user)`;
  const person =
    aliased.size === 0
      ? user
      : `transform(${user}, {aliased:Array(String)}, {aliased_persons:Array(String)}, ${user})`;
  return {
    events: `(SELECT e.* REPLACE (${person} AS user), e.user AS identity FROM events AS e)`,
    params:
      aliased.size === 0 ? {} : { aliased: [...aliased.keys()], aliased_persons: [...aliased.values()] },
  };
}

/** Anonymous ids, and whose they are, side by side: a scalar, worked out once a statement. */
function ownersPart(part: 1 | 2): string {
  return `(SELECT (groupArray(a), groupArray(b)) FROM (
    SELECT a, argMin(b, (at, b)) AS b FROM identities WHERE tenant = {tenant:String} AND kind = 'owner' GROUP BY a ORDER BY a
  )).${part}`;
}
