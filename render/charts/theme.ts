/** Colours of rendered charts: the tokens of the dashboards, so that a series looks the same in a report and on the screen. */
export interface ChartTheme {
  readonly ground: string;
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly good: string;
  readonly bad: string;
  /** Slots 1 to 9. */
  readonly series: readonly string[];
}

export const chartThemes: Readonly<Record<'light' | 'dark', ChartTheme>> = {
  light: {
    ground: '#ffffff',
    text: '#14171f',
    quiet: '#586070',
    line: '#dfe3ea',
    good: '#0b6e46',
    bad: '#b3261e',
    series: [
      '#1c5ee6',
      '#a53100',
      '#23a489',
      '#a4397b',
      '#b17900',
      '#4a94ec',
      '#5a1024',
      '#3e0f9d',
      '#6b7280',
    ],
  },
  dark: {
    ground: '#161a21',
    text: '#e6e9ef',
    quiet: '#9ca6b6',
    line: '#282f3a',
    good: '#56c98f',
    bad: '#ff9086',
    series: [
      '#84c0ff',
      '#f67f18',
      '#46d5a4',
      '#c374b1',
      '#daf479',
      '#a8f9ff',
      '#c4504a',
      '#8966ff',
      '#8b95a5',
    ],
  },
};

export function seriesColour(theme: ChartTheme, slot: number): string {
  return theme.series[(Math.max(1, slot) - 1) % theme.series.length] ?? theme.text;
}
