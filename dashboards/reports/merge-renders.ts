import type { LiveRender } from '../../platform/contracts/render.ts';

/**
 * What was asked for and what the socket tells, as one list, the newest first. Of two states of one render the one further on wins: an
 * ended one is final, a later try is later than an earlier one, and within a try percent never falls. So it does not matter which of the
 * two sources is behind, nor whether the socket has just come back.
 */
export function mergeRenders(
  asked: readonly LiveRender[],
  told: readonly LiveRender[],
): readonly LiveRender[] {
  const known = new Map(asked.map((render) => [render.id, render]));
  for (const render of told) {
    const before = known.get(render.id);
    known.set(render.id, before === undefined ? render : further(before, render));
  }
  return [...known.values()].toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1));
}

function further(a: LiveRender, b: LiveRender): LiveRender {
  const isEnded = ({ endedAtMs }: LiveRender): boolean => endedAtMs !== undefined;
  if (isEnded(a) !== isEnded(b)) return isEnded(a) ? a : b;
  // Both ended: what was asked for is newer than the last words of the socket, as artefacts expire and links are renewed.
  if (isEnded(a)) return a;
  if (a.attempts !== b.attempts) return a.attempts > b.attempts ? a : b;
  return a.percent > b.percent ? a : b;
}
