import type { ReactNode } from 'react';
import type { AudienceTopic } from '../../platform/contracts/audience.ts';
import type { DemographicField } from '../../platform/contracts/demographics.ts';
import { ago } from '../data/format.ts';
import { useNow, useQuery } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { CodeBlock } from '../ui/copy.tsx';
import { exampleCurl } from '../ui/example-curl.ts';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { AnswerView, isEmptyAnswer } from './answer-view.tsx';
import { DaySelect, useDays } from './day-range.tsx';
import { demographicFields } from '../data/wire-audience.ts';
import { fieldTitles, topicQuestions } from './topic-words.ts';

const NOW_STEP_MS = 15_000;
const heights: Readonly<Record<AudienceTopic, number>> = {
  activity: 640,
  returning: 160,
  watch_time: 360,
  interaction: 280,
  loyalty: 300,
  churn: 640,
  preferences: 480,
  demographics: 360,
};

/** The whole audience, counted exactly: these answers stay inside the tenant. */
export function BehaviourScreen(): ReactNode {
  const { fromMs } = useDays();
  const { queries } = useWorkspace();
  const activity = useQuery(queries.audience, { what: 'activity', fromMs });
  const isEmpty =
    activity.data !== undefined
      ? isEmptyAnswer(activity.data.body)
      : activity.problem?.code === 'AUDIENCE_QUESTION_INVALID';
  return (
    <>
      <div className="row-wrap spread">
        <DaySelect />
        <Freshness watermarkMs={activity.data?.watermarkMs ?? null} timeZone={activity.data?.timeZone} />
      </div>
      {isEmpty ? (
        <Empty title="Nobody has watched in these days">
          <p>
            Events of type <code>video_view</code> with a <code>viewer_id</code> fill this.
          </p>
          <CodeBlock label="Command that sends one view" code={exampleCurl(location.origin, undefined)} />
        </Empty>
      ) : (
        <div className="audience-grid">
          <div className="stack">
            <Topic what="activity" fromMs={fromMs} />
            <Topic what="churn" fromMs={fromMs} />
            <Demographics fromMs={fromMs} />
          </div>
          <div className="stack">
            <Topic what="returning" fromMs={fromMs} />
            <Topic what="loyalty" fromMs={fromMs} />
            <Topic what="watch_time" fromMs={fromMs} />
            <Topic what="interaction" fromMs={fromMs} />
            <Preferences fromMs={fromMs} />
          </div>
        </div>
      )}
    </>
  );
}

function Freshness({
  watermarkMs,
  timeZone,
}: {
  readonly watermarkMs: number | null;
  readonly timeZone: string | undefined;
}): ReactNode {
  const { format } = useWorkspace();
  const now = useNow(NOW_STEP_MS);
  if (watermarkMs === null) return null;
  return (
    <span className="small quiet" title={format.dateTime(watermarkMs)}>
      Complete up to {ago(Math.max(0, now - watermarkMs))} · hours and days in {timeZone}
    </span>
  );
}

function Topic({
  what,
  fromMs,
  by,
  field,
  tools,
}: {
  readonly what: AudienceTopic;
  readonly fromMs: number;
  readonly by?: 'channel' | 'content';
  readonly field?: DemographicField;
  readonly tools?: ReactNode;
}): ReactNode {
  const { queries } = useWorkspace();
  const answer = useQuery(queries.audience, { what, fromMs, by, field });
  const id = `topic-${what}`;
  return (
    <section className="panel stack-tight" aria-labelledby={id}>
      <div className="row-wrap spread">
        <h2 id={id}>{topicQuestions[what]}</h2>
        {tools}
      </div>
      {answer.problem === undefined ? null : (
        <ProblemNote
          problem={answer.problem}
          still="The other panels work."
          onRetry={queries.audience.refresh}
        />
      )}
      {answer.data === undefined ? (
        answer.problem === undefined ? (
          <Skeleton height={heights[what]} />
        ) : null
      ) : (
        <div className={answer.isOutdated ? 'stack-tight is-outdated' : 'stack-tight'}>
          <AnswerView answer={answer.data} />
        </div>
      )}
    </section>
  );
}

function Preferences({ fromMs }: { readonly fromMs: number }): ReactNode {
  const [text, setBy] = useParam('by');
  const by = text === 'content' ? 'content' : 'channel';
  return (
    <Topic
      what="preferences"
      fromMs={fromMs}
      by={by}
      tools={
        <div className="segments" role="group" aria-label="What preferences are of">
          {(['channel', 'content'] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === by}
              onClick={() => setBy(each === 'channel' ? '' : each)}
            >
              By {each}
            </button>
          ))}
        </div>
      }
    />
  );
}

function Demographics({ fromMs }: { readonly fromMs: number }): ReactNode {
  const [text, setField] = useParam('who');
  const field = demographicFields.find((each) => each === text) ?? 'age_band';
  return (
    <Topic
      what="demographics"
      fromMs={fromMs}
      field={field}
      tools={
        <div className="segments segments-wrap" role="group" aria-label="What people are told apart by">
          {demographicFields.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === field}
              onClick={() => setField(each === 'age_band' ? '' : each)}
            >
              {fieldTitles[each]}
            </button>
          ))}
        </div>
      }
    />
  );
}
