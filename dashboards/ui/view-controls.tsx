import { useState, type ReactNode } from 'react';
import { dimensionTitle } from '../data/colour-slots.ts';
import { grainsFor } from '../data/range.ts';
import { useView } from '../data/router.ts';
import type { Scope } from '../data/scope.ts';
import {
  comparisons,
  dimensions,
  grains,
  presets,
  type Comparison,
  type Grain,
  type Preset,
} from '../data/view-state.ts';
import { useWorkspace } from '../data/workspace.ts';
import { capitalize } from './chart-spec.ts';
import { DatesDialog } from './dates-dialog.tsx';
import { FilterDialog } from './filter-dialog.tsx';
import { Icon } from './icons.tsx';

const presetTitles: Readonly<Record<Preset, string>> = {
  '1h': 'Last hour',
  today: 'Today',
  yesterday: 'Yesterday',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
  '12mo': 'Last 12 months',
};
const grainTitles: Readonly<Record<Grain, string>> = {
  '1m': 'By minute',
  '1h': 'By hour',
  '1d': 'By day',
  '1mo': 'By month',
};
const comparisonTitles: Readonly<Record<Comparison, string>> = {
  week: 'v. same weekdays',
  period: 'v. the time before',
  year: 'v. a year ago',
  none: 'No comparison',
};

/** What is looked at: range, grain, comparison and filters. All of it goes into the URL. */
export function ViewControls({
  scope,
  isPlain = false,
}: {
  readonly scope: Scope;
  /** Range and filters alone, for what has neither a grain nor a comparison of the view. */
  readonly isPlain?: boolean;
}): ReactNode {
  const { format, nowMs, zone } = useWorkspace();
  const [view, change] = useView();
  const [open, setOpen] = useState<'dates' | 'filter' | undefined>();
  const { range } = view;
  const fitting = grainsFor(range, nowMs(), zone);
  return (
    <div className="controls" role="group" aria-label="What is shown">
      <select
        className="select"
        aria-label="Range"
        value={range.kind === 'preset' ? range.preset : 'dates'}
        onChange={(event) => {
          const preset = presets.find((each) => each === event.target.value);
          if (preset === undefined) setOpen('dates');
          else change({ range: { kind: 'preset', preset }, grain: 'auto', zoom: undefined });
        }}
      >
        {presets.map((preset) => (
          <option key={preset} value={preset}>
            {presetTitles[preset]}
          </option>
        ))}
        {range.kind === 'dates' ? (
          <option value="dates">
            {range.from} to {range.to}
          </option>
        ) : null}
        <option value="choose">Choose days…</option>
      </select>
      {isPlain ? null : (
        <>
          <select
            className="select"
            aria-label="Grain"
            value={scope.range.grain}
            onChange={(event) =>
              change({ grain: grains.find((each) => each === event.target.value) ?? 'auto', zoom: undefined })
            }
          >
            {grains
              .filter((grain) => fitting.includes(grain))
              .map((grain) => (
                <option key={grain} value={grain}>
                  {grainTitles[grain]}
                </option>
              ))}
          </select>
          <select
            className="select"
            aria-label="Comparison"
            title={scope.compared === undefined ? 'No comparison' : `Compared with ${scope.compared.label}`}
            value={view.compare}
            onChange={(event) =>
              change({ compare: comparisons.find((each) => each === event.target.value) ?? 'week' })
            }
          >
            {comparisons.map((comparison) => (
              <option key={comparison} value={comparison}>
                {comparisonTitles[comparison]}
              </option>
            ))}
          </select>
        </>
      )}
      {dimensions.map((dimension) => {
        const value = view.filters[dimension];
        if (value === undefined) return null;
        const title = dimensionTitle(dimension, value, format.context.locale);
        return (
          <span key={dimension} className="chip">
            <span className="ellipsis">
              {capitalize(dimension)}: {title}
            </span>
            <button
              type="button"
              className="icon-button"
              aria-label={`Remove the filter ${dimension} ${title}`}
              onClick={() => change({ filters: { ...view.filters, [dimension]: undefined } })}
            >
              <Icon name="close" />
            </button>
          </span>
        );
      })}
      <button type="button" className="button" onClick={() => setOpen('filter')}>
        <Icon name="filter" /> Filter
      </button>
      {open === 'dates' ? <DatesDialog scope={scope} onClose={() => setOpen(undefined)} /> : null}
      {open === 'filter' ? <FilterDialog scope={scope} onClose={() => setOpen(undefined)} /> : null}
    </div>
  );
}
