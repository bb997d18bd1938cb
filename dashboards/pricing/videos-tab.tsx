import type { ReactNode } from 'react';
import type { PricingBasis, VideoAnswer, VideoQuestion } from '../../platform/contracts/pricing.ts';
import { isNumber, isRecord, isString, type Guard } from '../data/guard.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Heat } from '../ui/heat.tsx';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';
import { Figures } from '../workbench/figures.tsx';
import { NumberField } from '../workbench/number-field.tsx';
import { FillWith, Reading } from '../workbench/reading.tsx';
import { Propose } from '../workbench/propose.tsx';
import { useQuestion } from '../workbench/use-question.ts';
import { XyPanel } from '../workbench/xy-panel.tsx';
import { minutesText, weekdayNames } from './pricing-words.ts';

type Choice = Partial<VideoQuestion>;
const NOTHING: Choice = {};
const isChoice: Guard<Choice> = (value): value is Choice =>
  isRecord(value) &&
  ['channel', 'category'].every((name) => value[name] === undefined || isString(value[name])) &&
  ['lengthS', 'quarter', 'views', 'breakLoss', 'maxBreaks'].every(
    (name) => value[name] === undefined || isNumber(value[name]),
  );
const LENGTH_S = 900;

/** What a video earns, where its ad breaks go, when to publish it. */
export function VideosTab(): ReactNode {
  const { queries } = useWorkspace();
  const known = useQuery(queries.pricing, 'all');
  if (known.problem !== undefined)
    return <ProblemNote problem={known.problem} onRetry={queries.pricing.refresh} />;
  if (known.data === undefined) return <Skeleton height={480} />;
  const { basis } = known.data;
  return (
    <>
      <Reading atMs={basis?.computedAtMs}>From views, ads and watch times of the last 90 days.</Reading>
      {basis === null || basis.videos.channels.length === 0 ? (
        <FillWith
          title="No channel with views yet"
          example={{
            type: 'video_view',
            data: {
              content_id: 'first-video',
              channel_id: 'my-channel',
              country: 'DE',
              watch_time_ms: 42_000,
            },
          }}
        >
          <p>
            <code>video_view</code> (with <code>watch_time_ms</code>), <code>ad_impression</code> and{' '}
            <code>post_published</code> with its category fill this.
          </p>
        </FillWith>
      ) : (
        <Video basis={basis} />
      )}
    </>
  );
}

function Video({ basis }: { readonly basis: PricingBasis }): ReactNode {
  const { format, queries } = useWorkspace();
  const { asked, change, drafted } = useQuestion('video', isChoice, NOTHING);
  const channels = basis.videos.channels;
  const pick = (choice: Choice): VideoQuestion => ({
    ...choice,
    channel:
      channels.find(({ channel }) => channel === choice.channel)?.channel ?? channels[0]?.channel ?? '',
    lengthS: choice.lengthS ?? LENGTH_S,
  });
  const answer = useQuery(queries.video, pick(asked));
  const shown = pick(drafted);
  const set = (part: Choice): void => change({ ...drafted, ...part });
  return (
    <div className="stack">
      <section className="panel bench-controls" aria-label="Video">
        <ChoiceField
          label="Channel"
          value={shown.channel}
          choices={channels.map(({ channel }) => [channel, channel])}
          onChange={(chosen) => set({ channel: chosen })}
        />
        <NumberField
          label="Length, minutes"
          value={shown.lengthS / 60}
          min={0.1}
          max={1_440}
          onChange={(minutes) => set({ lengthS: Math.max(1, Math.round(60 * (minutes ?? LENGTH_S / 60))) })}
        />
        <NumberField
          label="Views expected"
          value={shown.views ?? 10_000}
          max={1e12}
          digits={0}
          onChange={(views) => set({ views: views ?? 10_000 })}
        />
        <NumberField
          label="A break drives away, %"
          value={100 * (shown.breakLoss ?? 0.05)}
          max={100}
          onChange={(percent) => set({ breakLoss: (percent ?? 5) / 100 })}
        />
        <NumberField
          label="Breaks at most"
          value={shown.maxBreaks ?? 4}
          max={20}
          digits={0}
          onChange={(maxBreaks) => set({ maxBreaks: Math.round(maxBreaks ?? 4) })}
        />
      </section>
      {answer.problem !== undefined ? (
        <ProblemNote problem={answer.problem} onRetry={queries.video.refresh} />
      ) : null}
      {answer.data === undefined ? (
        answer.problem === undefined ? (
          <Skeleton height={420} />
        ) : null
      ) : (
        <div className={answer.isOutdated ? 'stack is-outdated' : 'stack'}>
          <Earnings answer={answer.data} />
          <Breaks answer={answer.data} />
          <div className="bench-columns">
            <Rpm answer={answer.data} />
            <Weekdays answer={answer.data} />
          </div>
          <Publish answer={answer.data} />
          <Propose source={{ type: 'video', question: pick(asked) }} isDisabled={answer.isOutdated} />
          <ul className="notes small quiet">
            {answer.data.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
            <li>Amounts are estimates in {format.context.currency}.</li>
          </ul>
        </div>
      )}
    </div>
  );
}

function Earnings({ answer }: { readonly answer: VideoAnswer }): ReactNode {
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

function Breaks({ answer }: { readonly answer: VideoAnswer }): ReactNode {
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
        {adBreaks.note}
        {adBreaks.isAssumedRetention ? '; the curve is assumed' : ''}.
      </p>
    </XyPanel>
  );
}

function Rpm({ answer }: { readonly answer: VideoAnswer }): ReactNode {
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
            title: 'Table',
            isNumber: true,
            value: ({ table }) => table,
            cell: ({ table }) => money(table),
          },
        ]}
      />
    </section>
  );
}

function Weekdays({ answer }: { readonly answer: VideoAnswer }): ReactNode {
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
            title: 'Table',
            isNumber: true,
            value: ({ table }) => table,
            cell: ({ table }) => money(table),
          },
        ]}
      />
    </section>
  );
}

function Publish({ answer }: { readonly answer: VideoAnswer }): ReactNode {
  const { format } = useWorkspace();
  const { index, timeZone } = answer.publish;
  if (index.length < 168) return null;
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
