import type { LiveRender } from '../../platform/contracts/render.ts';

export const stateWords: Readonly<
  Record<LiveRender['state'], { readonly text: string; readonly tone: string }>
> = {
  queued: { text: 'waiting', tone: '' },
  running: { text: 'running', tone: 'badge-accent' },
  done: { text: '✓ done', tone: 'badge-good' },
  failed: { text: '✕ failed', tone: 'badge-bad' },
  cancelled: { text: 'cancelled', tone: '' },
};

export function isOpen({ state }: Pick<LiveRender, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

/** Milliseconds a running job still takes at its pace; undefined before the pace is known. */
export function remainingMs({ percent, startedAtMs, state }: LiveRender, nowMs: number): number | undefined {
  if (state !== 'running' || startedAtMs === undefined || percent < 3) return undefined;
  return (Math.max(0, nowMs - startedAtMs) / percent) * (100 - percent);
}

export function bytesText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const kib = bytes / 1_024;
  return kib < 1_024 ? `${kib.toFixed(0)} KB` : `${(kib / 1_024).toFixed(1)} MB`;
}

/** What a file is called on a button: a variant by its template and palette, the rest by its ending. */
export function fileWord(name: string): string {
  const at = name.lastIndexOf('.');
  const variant = /^thumbnail-(\w+)-(\w+)$/.exec(name.slice(0, at));
  return variant === null ? name.slice(at + 1).toUpperCase() : `${variant[1] ?? ''}, ${variant[2] ?? ''}`;
}
