import type { ReactNode } from 'react';

/** Outlines on a 16 px grid, drawn with the colour of the text beside them. */
const paths = {
  now: 'M2 9h3l2-6 3 10 2-4h2',
  kpis: 'M2 14V9m4 5V5m4 9V7m4 7V2',
  revenue: 'M8 2v12M11 4.5C10 3.6 5 3.2 5 6s6 1.6 6 4.4-5 2.4-6.4 1',
  audience:
    'M6 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c.4-2.2 2.2-3.2 4.5-3.2s4.1 1 4.5 3.2M10.5 3.8a2.4 2.4 0 0 1 0 4.6M12 10.6c1.4.4 2.3 1.4 2.6 2.9',
  trends: 'M2 12l4-4 3 3 5-7M10 4h4v4',
  anomalies: 'M1.5 10.5h3l1.8-3 1.7 1.5L10 2.5l2 8h2.5M10 13.5h.01',
  forecasts: 'M2 11l3.5-4 3 2.5M8.5 9.5L14 4M8.5 9.5L14 8M8.5 9.5l5.5 3',
  experiments: 'M6 2.5h4M7 2.5v4L3 13h10L9 6.5v-4M5 10h6',
  system: 'M2.5 3h11v4h-11zm0 6h11v4h-11zM5 5h.01M5 11h.01',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zm3.6-1.4L14 14',
  help: 'M6 6a2 2 0 1 1 2.6 1.9c-.5.2-.6.6-.6 1.1M8 11.5h.01M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z',
  close: 'M4 4l8 8m0-8l-8 8',
  copy: 'M6 6V3.5h6.5V10H10M3.5 6H10v6.5H3.5z',
  plus: 'M8 3v10M3 8h10',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  person: 'M8 8.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 14c.6-2.4 2.8-3.5 5.5-3.5s4.9 1.1 5.5 3.5',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6',
  chart: 'M2.5 2.5v11h11M5 10.5l2.5-3 2 2L13 5',
  download: 'M8 2.5v8m0 0L5 7.5m3 3l3-3M3 13.5h10',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  sort: 'M5 3v10m0 0L3 11m2 2l2-2m4-8v10M11 3L9 5m2-2l2 2',
  pause: 'M6 3.5v9M10 3.5v9',
  play: 'M5 3.5l7 4.5-7 4.5z',
  refresh: 'M13 5.5A5.5 5.5 0 1 0 13.5 9M13.5 2.5v3.2h-3.2',
  warn: 'M8 2.5L14.5 13.5h-13zM8 6.5v3.2M8 11.7h.01',
  check: 'M3 8.5l3.2 3.2L13 4.5',
  info: 'M8 7.3v3.7M8 5h.01M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z',
  external: 'M9 3h4v4M13 3L7.5 8.5M11 9.5V13H3V5h3.5',
  theme: 'M8 1.5a6.5 6.5 0 1 0 0 13zM8 1.5a6.5 6.5 0 0 1 0 13',
} as const;

export type IconName = keyof typeof paths;

/** Decoration beside words; where it stands alone, its button carries the name. */
export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
