import type { PolicyState } from './state.ts';

const maxKeys = 1_000;
const firedKeptMs = 30 * 86_400_000;

/** Forgets what no longer holds anything back: cool-downs that ended, firings of a month ago, the oldest above the bound. */
export function tidy(state: PolicyState, atMs: number): PolicyState {
  const cool = Object.entries(state.coolUntilMs);
  const fired = Object.entries(state.fired);
  const isTidy =
    cool.every(([, until]) => until > atMs) &&
    fired.length <= maxKeys &&
    fired.every(([, { atMs: at }]) => atMs - at < firedKeptMs);
  if (isTidy && cool.length <= maxKeys) return state;
  const keptFired = fired
    .filter(([, { atMs: at }]) => atMs - at < firedKeptMs)
    .sort((a, b) => b[1].atMs - a[1].atMs || (a[0] < b[0] ? -1 : 1))
    .slice(0, maxKeys);
  const keptCool = cool
    .filter(([, until]) => until > atMs)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, maxKeys);
  return {
    ...state,
    fired: Object.fromEntries(keptFired),
    coolUntilMs: Object.fromEntries(keptCool),
  };
}
