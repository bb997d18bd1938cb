/** What an audit of one second stage found: what it compared, by name, and what is not right, in words. */
export interface StageFindings {
  readonly compared: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

/** Entries of two tables that must be equal, as the first few sentences about those that are not. */
export function differences(
  what: string,
  killed: ReadonlyMap<string, string>,
  again: ReadonlyMap<string, string>,
): string[] {
  const found: string[] = [];
  for (const key of new Set([...killed.keys(), ...again.keys()])) {
    if (killed.get(key) === again.get(key)) continue;
    found.push(`${what} ${key}: ${killed.get(key) ?? 'absent'} instead of ${again.get(key) ?? 'absent'}`);
  }
  return found;
}
