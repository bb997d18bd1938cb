/** Colours a canvas needs, read from the tokens in force. */
export interface ChartColours {
  readonly panel: string;
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly accent: string;
  readonly good: string;
  readonly bad: string;
  /** By slot, from 1. */
  readonly series: (slot: number) => string;
  readonly font: string;
}

export function readColours(element: Element): ChartColours {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    panel: token('panel'),
    text: token('text'),
    quiet: token('quiet'),
    line: token('line'),
    accent: token('accent'),
    good: token('good'),
    bad: token('bad'),
    series: (slot) => token(`series-${slot}`),
    font: `12px ${token('font')}`,
  };
}
