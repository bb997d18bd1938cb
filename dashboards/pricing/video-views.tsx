import type { ReactNode } from 'react';
import type { VideoAnswer } from '../../platform/contracts/pricing.ts';
import { useWorkspace } from '../data/workspace.ts';
import { capitalize } from '../ui/chart-spec.ts';
import { Heat } from '../ui/heat.tsx';
import { Table } from '../ui/table.tsx';
import { Figures } from '../workbench/figures.tsx';
import { XyPanel } from '../workbench/xy-panel.tsx';
import { minutesText, weekdayNames } from './pricing-words.ts';

/** What a video earns, where its breaks go and when to publish it, in figures. */
export function Earnings({ answer }: { readonly answer: VideoAnswer }): ReactNode {
  const { format } = useWorkspace();
  const money = (value: number): string => format.value(value, 'currency', 'tile');
  const { adBreaks, publish } = answer;
  const [first] = publish.best;
  return (
    <Figures
      label="Video"
      figures={[
        {
          name: 'Revenue, est.',
          value: money(answer.revenue.expected),
          note: `${money(answer.revenue.low)} to ${money(answer.revenue.high)} for ${format.count(answer.views)} views`,
        },
        {
          name: 'A thousand views',
          value: format.value(answer.blendedRpm, 'currency', 'full'),
          note: `${answer.category}, quarter ${answer.quarter}, ${answer.isPrior ? 'by the table alone' : 'learned from yours'}`,
        },
        {
          name: 'Ad breaks at',
          value: adBreaks.atS.length === 0 ? 'None' : adBreaks.atS.map(minutesText).join(', '),
          note: `${money(adBreaks.value)} by 1,000 viewers, ${money(adBreaks.valueWithout)} without`,
        },
        {
          name: 'Publish',
          value:
            first === undefined
              ? '–'
              : `${weekdayNames[first.weekday ?? 0]?.slice(0, 3) ?? ''} ${String(first.hour).padStart(2, '0')}:00`,
          note:
            first === undefined
              ? 'no activity is known'
              : `${format.percent(first.index - 1)} above the mean hour, ${publish.timeZone}`,
        },
      ]}
    />
  );
}

/** Who is still watching, and where the breaks go. */
export function Breaks({ answer }: { readonly answer: VideoAnswer }): ReactNode {
  const { format } = useWorkspace();
  const { adBreaks } = answer;
  return (
    <XyPanel
      id="retention"
      title="Who is still watching, and where the breaks go"
      xTitle="Time"
      yTitle="Share still watching"
      xText={minutesText}
      yText={(value) => format.value(value, 'ratio', 'axis')}
      points={adBreaks.retention.map(({ atS, share }) => ({ x: atS, y: share }))}
      marks={adBreaks.atS.map((atS, i) => ({
        id: String(atS),
        label: `Break ${i + 1}`,
        x: atS,
        tone: 'proposed' as const,
      }))}
    >
      <p className="small quiet">
        {capitalize(adBreaks.note)}
        {adBreaks.isAssumedRetention ? '; the curve is assumed' : ''}.
      </p>
    </XyPanel>
  );
}

/** What a thousand views bring by tier of countries. */
export function Rpm({ answer }: { readonly answer: VideoAnswer }): ReactNode {
  const { format } = useWorkspace();
  const money = (value: number): string => format.value(value, 'currency', 'full');
  const tiers = ['US, GB, CA, AU', 'European Union, JP, KR', 'All others'];
  return (
    <section className="stack-tight" aria-labelledby="rpm-title">
      <h2 id="rpm-title">A thousand views, by country tier</h2>
      <Table
        id="video-rpm"
        label="Revenue a thousand views by tier"
        rows={answer.rpm}
        rowKey={({ tier }) => String(tier)}
        columns={[
          {
            id: 'tier',
            title: 'Tier',
            isName: true,
            value: ({ tier }) => tier,
            cell: ({ tier }) => `${tier}: ${tiers[tier - 1] ?? ''}`,
          },
          {
            id: 'share',
            title: 'Views',
            isNumber: true,
            value: ({ share }) => share,
            cell: ({ share }) => format.percent(share),
          },
          {
            id: 'rpm',
            title: 'Yours, 95%',
            isNumber: true,
            value: ({ rpm }) => rpm,
            cell: ({ high, low, rpm }) => `${money(rpm)} (${money(low)} to ${money(high)})`,
          },
          {
            id: 'table',
            title: 'Usual rate',
            isNumber: true,
            value: ({ table }) => table,
            cell: ({ table }) => money(table),
          },
        ]}
      />
    </section>
  );
}

/** What a thousand views bring by weekday. */
export function Weekdays({ answer }: { readonly answer: VideoAnswer }): ReactNode {
  const { format } = useWorkspace();
  const money = (value: number): string => format.value(value, 'currency', 'full');
  return (
    <section className="stack-tight" aria-labelledby="weekdays-title">
      <h2 id="weekdays-title">By weekday</h2>
      <Table
        id="video-weekdays"
        label="Revenue a thousand views by weekday"
        rows={answer.weekdays}
        rowKey={({ weekday }) => String(weekday)}
        columns={[
          {
            id: 'weekday',
            title: 'Day',
            isName: true,
            value: ({ weekday }) => weekday,
            cell: ({ weekday }) => weekdayNames[weekday] ?? '',
          },
          {
            id: 'rpm',
            title: 'Yours',
            isNumber: true,
            value: ({ rpm }) => rpm,
            cell: ({ rpm }) => money(rpm),
          },
          {
            id: 'table',
            title: 'Usual rate',
            isNumber: true,
            value: ({ table }) => table,
            cell: ({ table }) => money(table),
          },
        ]}
      />
    </section>
  );
}

/** Worth of every hour of the week to publish in. */
export function Publish({ answer }: { readonly answer: VideoAnswer }): ReactNode {
  const { format } = useWorkspace();
  const { index, timeZone } = answer.publish;
  if (index.length < 168 || index.every((value) => value === 0)) return null;
  const most = Math.max(...index.map((value) => Math.abs(value - 1)), 1e-9);
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  return (
    <section className="stack-tight" aria-labelledby="publish-title">
      <h2 id="publish-title">When to publish</h2>
      <p className="small quiet">
        Worth of the first two days after each hour against the mean, by audience and what the day pays;{' '}
        {timeZone}.
      </p>
      <Table
        id="video-publish"
        label="Worth of publishing by hour"
        maxHeight={420}
        rows={hours}
        rowKey={String}
        columns={[
          {
            id: 'hour',
            title: 'Hour',
            isName: true,
            value: (hour) => hour,
            cell: (hour) => `${String(hour).padStart(2, '0')}:00`,
          },
          ...weekdayNames.map((name, weekday) => ({
            id: name,
            title: name.slice(0, 3),
            isNumber: true,
            value: (hour: number) => index[24 * weekday + hour] ?? null,
            cell: (hour: number) => {
              const value = index[24 * weekday + hour] ?? 1;
              return <Heat share={(value - 1) / most}>{format.value(value, 'ratio', 'axis')}</Heat>;
            },
          })),
        ]}
      />
    </section>
  );
}
