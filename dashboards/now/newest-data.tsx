import type { ReactNode } from 'react';
import { useLiveWatermark } from '../data/hooks.ts';
import { useView } from '../data/router.ts';
import type { Scope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Notice } from '../ui/states.tsx';

const SHOWN_DAYS = 66;

/** When everything that was stored lies before the range, as after an import of history, says so and leads there. */
export function NewestData({ scope }: { readonly scope: Scope }): ReactNode {
  const { format, zone } = useWorkspace();
  const [, change] = useView();
  const watermarkMs = useLiveWatermark('kpis');
  if (watermarkMs === undefined || watermarkMs <= 0 || watermarkMs >= scope.range.fromMs) return null;
  const lastDay = zone.startOf('1d', watermarkMs);
  return (
    <Notice>
      <span>Nothing lies in this range. The newest event is of {format.dateTime(watermarkMs)}.</span>
      <button
        type="button"
        className="button button-small"
        onClick={() =>
          change({
            range: {
              kind: 'dates',
              from: zone.dateText(zone.addDays(lastDay, -SHOWN_DAYS)),
              to: zone.dateText(lastDay),
            },
            grain: 'auto',
            zoom: undefined,
          })
        }
      >
        Show the {SHOWN_DAYS + 1} days up to it
      </button>
    </Notice>
  );
}
