import type { ReactNode } from 'react';
import { usePreferences } from '../data/preferences.ts';
import { Dialog } from './dialog.tsx';
import './help.css';

const always: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'Search KPIs, channels, contents and actions'],
  ['?', 'This page'],
  ['Esc', 'Close what is open'],
];
const letters: readonly (readonly [string, string])[] = [
  ['/', 'Search'],
  ['1 2 3 4', 'Now, KPIs, Revenue, System'],
  ['R', 'Last hour'],
  ['D', 'Today'],
  ['E', 'Yesterday'],
  ['W', 'Last 7 days'],
  ['T', 'Last 30 days'],
  ['Q', 'Last 90 days'],
  ['Y', 'Last 12 months'],
  ['X', 'Comparison on and off'],
];
const inCharts: readonly (readonly [string, string])[] = [
  ['← →', 'One window back or on'],
  ['PgUp PgDn', 'A tenth of the range'],
  ['Home End', 'First and newest window'],
  ['+ −', 'Enlarge around the window, show all again'],
  ['Drag', 'Enlarge a stretch; double-click shows all again'],
];

export function HelpDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [{ hasShortcuts }, set] = usePreferences();
  return (
    <Dialog title="Help" onClose={onClose}>
      <section className="stack-tight">
        <h3>Reading the numbers</h3>
        <p>
          A figure is the whole range; its change compares the complete part of it with the same part of what
          it is compared with, by default the same weekday a week before. The window that is still running is
          hatched and left out of changes. Times are in the tenant’s zone. Point at a figure to see it in
          full; copying it copies it in full.
        </p>
        <p>
          The dot says how fresh a figure is: filled is live, half means accepted events wait to be counted,
          hollow means the connection is lost and the figure is as of then.
        </p>
      </section>
      <Keys title="Everywhere" keys={always} />
      <Keys title="Single keys" keys={letters} />
      <label className="check">
        <input
          type="checkbox"
          checked={hasShortcuts}
          onChange={(event) => set({ hasShortcuts: event.target.checked })}
        />
        Use single keys
      </label>
      <Keys title="In a chart" keys={inCharts} />
    </Dialog>
  );
}

function Keys({
  title,
  keys,
}: {
  readonly title: string;
  readonly keys: readonly (readonly [string, string])[];
}): ReactNode {
  return (
    <section className="stack-tight">
      <h3>{title}</h3>
      <dl className="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
