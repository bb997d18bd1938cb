import type { PaletteName } from '../../platform/contracts/render-names.ts';

/** Colours of thumbnails and slides; text on ground has a contrast of 7 at least, accent on ground 3. */
export interface Palette {
  readonly ground: string;
  readonly text: string;
  readonly quiet: string;
  readonly accent: string;
  /** Theme of charts on it. */
  readonly charts: 'light' | 'dark';
}

export const paletteOf: Readonly<Record<PaletteName, Palette>> = {
  ink: { ground: '#10141c', text: '#ffffff', quiet: '#b4bdcc', accent: '#ffc53d', charts: 'dark' },
  paper: { ground: '#faf8f3', text: '#16181d', quiet: '#4f5664', accent: '#c2410c', charts: 'light' },
  sea: { ground: '#062f3e', text: '#ffffff', quiet: '#a9cbd6', accent: '#4ade80', charts: 'dark' },
  ember: { ground: '#5c1409', text: '#ffffff', quiet: '#f3c6b8', accent: '#ffd166', charts: 'dark' },
};
