import type { PersonOf } from '../../platform/persons/people.ts';

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
