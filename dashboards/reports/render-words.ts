import type { RenderView } from '../../platform/contracts/render.ts';

export const stateWords: Readonly<
  Record<RenderView['state'], { readonly text: string; readonly tone: string }>
> = {
  queued: { text: 'waiting', tone: '' },
  running: { text: 'running', tone: 'badge-accent' },
  done: { text: '✓ done', tone: 'badge-good' },
  failed: { text: '✕ failed', tone: 'badge-bad' },
  cancelled: { text: 'cancelled', tone: '' },
};

export function isOpen({ state }: Pick<RenderView, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

/** Milliseconds a running job still takes at its pace; undefined before the pace is known. */
export function remainingMs({ percent, startedAtMs, state }: RenderView, nowMs: number): number | undefined {
  if (state !== 'running' || startedAtMs === undefined || percent < 3) return undefined;
  return (Math.max(0, nowMs - startedAtMs) / percent) * (100 - percent);
}

export function bytesText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const kib = bytes / 1_024;
  return kib < 1_024 ? `${kib.toFixed(0)} KB` : `${(kib / 1_024).toFixed(1)} MB`;
}

/** What a file is called on a button: its ending, or for pictures its own name. */
export function fileWord(name: string): string {
  const ending = name.slice(name.lastIndexOf('.') + 1);
  return ending === 'png' || ending === 'svg' ? name : ending.toUpperCase();
}
