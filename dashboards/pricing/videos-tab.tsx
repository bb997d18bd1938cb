import type { ReactNode } from 'react';
import type { PricingBasis, VideoQuestion } from '../../platform/contracts/pricing.ts';
import { type Guard, isNumber, isRecord, isString } from '../data/guard.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { NumberField } from '../workbench/number-field.tsx';
import { Propose } from '../workbench/propose.tsx';
import { FillWith, Reading } from '../workbench/reading.tsx';
import { useQuestion } from '../workbench/use-question.ts';
import { Breaks, Earnings, Publish, Rpm, Weekdays } from './video-views.tsx';

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
