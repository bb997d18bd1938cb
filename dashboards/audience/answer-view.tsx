import type { ReactNode } from 'react';
import type { AudienceAnswer, AudienceBody } from '../../platform/contracts/audience.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Empty } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { HeatMap } from './heat-map.tsx';
import { Demographics } from './demographics-view.tsx';
import { minutesText } from './topic-words.ts';
import { PeopleInAll, PercentWithin } from './within.tsx';

type Body<K extends AudienceBody['kind']> = Extract<AudienceBody, { kind: K }>;

/** Whether nobody is in an exact answer. */
export function isEmptyAnswer(body: AudienceBody): boolean {
  return body.kind === 'activity'
    ? body.cells.every((cell) => cell.viewers === 0 && (cell.views ?? 0) === 0)
    : 'viewers' in body && body.viewers === 0;
}

/** An answer about the audience, exact or private; what only exact answers know is left out of private ones. */
export function AnswerView({ answer }: { readonly answer: AudienceAnswer }): ReactNode {
  const { body, privacy } = answer;
  const noise = privacy.kind === 'private' ? privacy.halfWidth95 : 0;
  switch (body.kind) {
    case 'activity':
      return <HeatMap cells={body.cells} noise={noise} />;
    case 'returning':
      return <Returning body={body} />;
    case 'watch_time':
      return <WatchTime body={body} noise={noise} />;
    case 'interaction':
      return <Interaction body={body} noise={noise} />;
    case 'loyalty':
      return <Loyalty body={body} noise={noise} />;
    case 'churn':
      return <Churn body={body} noise={noise} />;
    case 'preferences':
      return <Preferences body={body} noise={noise} />;
    case 'demographics':
      return <Demographics body={body} noise={noise} />;
  }
}

interface Bar {
  readonly name: string;
  readonly hint?: string;
  readonly viewers: number;
  /** Half width of the noise on the viewers; that of one count when absent. */
  readonly viewersHalfWidth?: number | undefined;
  readonly share: number | null;
  readonly shareHalfWidth?: number | undefined;
  readonly more?: string;
}

/** People by class: each row a bar of its share. What is within the noise is said to be, and has no share. */
function Bars({
  id,
  label,
  first,
  rows,
  more,
  shareTitle = 'Share',
  noise,
}: {
  readonly id: string;
  readonly label: string;
  readonly first: string;
  readonly rows: readonly Bar[];
  readonly more?: string;
  readonly shareTitle?: string;
  /** Half width of the noise; 0 for exact answers. */
  readonly noise: number;
}): ReactNode {
  const { format } = useWorkspace();
  const noiseOf = (row: Bar): number => row.viewersHalfWidth ?? noise;
  const isNoise = (row: Bar): boolean => row.viewers < noiseOf(row);
  const shareOf = (row: Bar): number | null => (isNoise(row) ? null : row.share);
  const widest = Math.max(0, ...rows.map((row) => shareOf(row) ?? 0));
  const columns: readonly Column<Bar>[] = [
    {
      id: 'name',
      title: first,
      isName: true,
      cell: (row) => (
        <>
          {row.name}
          {row.hint === undefined ? null : <span className="small quiet below">{row.hint}</span>}
        </>
      ),
    },
    {
      id: 'share',
      title: shareTitle,
      isNumber: true,
      bar: (row) => (widest > 0 ? (shareOf(row) ?? 0) / widest : 0),
      cell: (row) => {
        const share = shareOf(row);
        return share === null ? '–' : <PercentWithin value={share} halfWidth={row.shareHalfWidth} />;
      },
    },
    {
      id: 'viewers',
      title: 'Viewers',
      isNumber: true,
      cell: (row) =>
        isNoise(row) ? (
          <span className="quiet">under {format.count(Math.ceil(noiseOf(row)))}</span>
        ) : (
          format.count(row.viewers)
        ),
    },
    ...(more === undefined
      ? []
      : [{ id: 'more', title: more, isNumber: true, cell: (row: Bar) => row.more ?? '–' }]),
  ];
  return <Table id={id} label={label} isPlain columns={columns} rows={rows} rowKey={(row) => row.name} />;
}

function Returning({ body }: { readonly body: Body<'returning'> }): ReactNode {
  const { format } = useWorkspace();
  const within = (people: number, halfWidth: number | undefined): string =>
    `${format.count(people)}${halfWidth === undefined ? '' : ` ±${format.count(Math.ceil(halfWidth))}`}`;
  return (
    <dl className="audience-figures">
      {body.horizons.map(
        ({ days, rate, rateHalfWidth, returned, returnedHalfWidth, viewers, viewersHalfWidth }) => (
          <div key={days}>
            <dt>{days === 1 ? 'The next day' : `Within ${days} days`}</dt>
            <dd className="figure">
              {rate === null ? '–' : <PercentWithin value={rate} halfWidth={rateHalfWidth} />}
            </dd>
            <dd className="small quiet">
              {viewersHalfWidth !== undefined && viewers < viewersHalfWidth
                ? `under ${format.count(Math.ceil(viewersHalfWidth))} viewers, which may be nobody`
                : viewers === 0
                  ? 'nobody was first seen that long before the end of the range'
                  : `${within(returned, returnedHalfWidth)} of ${within(viewers, viewersHalfWidth)} viewers came back`}
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}

function WatchTime({
  body,
  noise,
}: {
  readonly body: Body<'watch_time'>;
  readonly noise: number;
}): ReactNode {
  const { format } = useWorkspace();
  return (
    <>
      {body.meanMinutes === null ? null : (
        <p>
          <span className="figure">{format.value(body.meanMinutes, 'minutes', 'tile')}</span>{' '}
          <span className="quiet">a viewer on average</span>
        </p>
      )}
      <PeopleInAll viewers={body.viewers} halfWidth={body.viewersHalfWidth} />
      <Bars
        id="watch-time"
        noise={noise}
        label="Viewers by time watched"
        first="Time watched"
        rows={body.bins.map(({ fromMinutes, share, shareHalfWidth, toMinutes, viewers }) => ({
          name: minutesText(fromMinutes, toMinutes),
          viewers,
          share,
          shareHalfWidth,
        }))}
      />
    </>
  );
}

function Interaction({
  body,
  noise,
}: {
  readonly body: Body<'interaction'>;
  readonly noise: number;
}): ReactNode {
  const { format } = useWorkspace();
  const named = ({ from, to }: (typeof body.bins)[number]): string =>
    from === 0 ? 'only watched' : to === null ? `${from} or more` : to === from ? `${from}` : `${from}–${to}`;
  return (
    <>
      {body.interactions === null ? null : (
        <p>
          <span className="figure">{format.count(body.interactions)}</span>{' '}
          <span className="quiet">likes, comments, shares, clicks and subscriptions of known people</span>
        </p>
      )}
      <PeopleInAll viewers={body.viewers} halfWidth={body.viewersHalfWidth} />
      <Bars
        id="interaction"
        noise={noise}
        label="People by interactions"
        first="Interactions"
        rows={body.bins.map((bin) => ({
          name: named(bin),
          viewers: bin.viewers,
          share: bin.share,
          shareHalfWidth: bin.shareHalfWidth,
        }))}
      />
    </>
  );
}

function Loyalty({ body, noise }: { readonly body: Body<'loyalty'>; readonly noise: number }): ReactNode {
  const { format } = useWorkspace();
  const isExact = body.classes.some(({ watchMinutes }) => watchMinutes !== null);
  return (
    <>
      <PeopleInAll viewers={body.viewers} halfWidth={body.viewersHalfWidth} />
      <Bars
        id="loyalty"
        noise={noise}
        label="Viewers by loyalty"
        first="Class"
        {...(isExact ? { more: 'Watched' } : {})}
        rows={body.classes.map(({ rule, share, shareHalfWidth, title, viewers, watchMinutes }) => ({
          name: title,
          hint: rule,
          viewers,
          share,
          shareHalfWidth,
          ...(watchMinutes === null || watchMinutes === 0
            ? {}
            : { more: format.value(watchMinutes, 'minutes', 'tile') }),
        }))}
      />
    </>
  );
}

function Churn({ body, noise }: { readonly body: Body<'churn'>; readonly noise: number }): ReactNode {
  const { format } = useWorkspace();
  if (body.viewers === 0)
    return (
      <Empty title="Nobody could have stopped yet">
        <p>
          No viewer was seen before {format.date(body.splitMs)}, the middle of the range. Choose fewer days,
          or come back when there is more history.
        </p>
      </Empty>
    );
  return (
    <>
      <p>
        <span className="figure">
          {body.rate === null ? '–' : <PercentWithin value={body.rate} halfWidth={body.rateHalfWidth} />}
        </span>{' '}
        <span className="quiet">
          of {format.count(body.viewers)}
          {body.viewersHalfWidth === undefined
            ? ''
            : ` ±${format.count(Math.ceil(body.viewersHalfWidth))}`}{' '}
          viewers seen before {format.date(body.splitMs)} were not seen since.
        </span>
      </p>
      <p className="small quiet">What the rates differ by; they describe and do not say why.</p>
      {body.predictors.map((predictor) => (
        <Bars
          key={predictor.key}
          id={`churn-${predictor.key}`}
          noise={noise}
          label={`Share lapsed by ${predictor.title}`}
          first={predictor.title}
          shareTitle="Lapsed"
          rows={predictor.bands.map(({ rate, rateHalfWidth, title, viewers, viewersHalfWidth }) => ({
            name: title,
            viewers,
            viewersHalfWidth,
            share: rate,
            shareHalfWidth: rateHalfWidth,
          }))}
        />
      ))}
    </>
  );
}

function Preferences({
  body,
  noise,
}: {
  readonly body: Body<'preferences'>;
  readonly noise: number;
}): ReactNode {
  const { format } = useWorkspace();
  const times = (value: number): string => `${format.value(value, 'count', 'axis')}×`;
  const between = (value: number, low: number, high: number): string =>
    `${times(value)} (${times(low)} to ${times(high)})`;
  const hasIndex = body.items.some(({ index }) => index !== null);
  return (
    <>
      <Bars
        id="preferences"
        noise={noise}
        label={`Viewers by ${body.by}`}
        first={body.by === 'channel' ? 'Channel' : 'Content'}
        {...(hasIndex ? { more: 'Against everybody' } : {})}
        rows={body.items.map(({ id, index, indexHigh, indexLow, share, shareHalfWidth, title, viewers }) => ({
          name: title,
          ...(title === id ? {} : { hint: id }),
          viewers,
          share,
          shareHalfWidth,
          ...(index === null
            ? {}
            : { more: indexLow === null || indexHigh === null ? '–' : between(index, indexLow, indexHigh) }),
        }))}
      />
      {body.pairs.length === 0 ? null : (
        <>
          <h3>Watched by the same people</h3>
          <Table
            id="pairs"
            label="Pairs watched by the same people"
            isPlain
            maxHeight={320}
            columns={[
              {
                id: 'pair',
                title: 'Both',
                isName: true,
                cell: (pair) => `${pair.aTitle} and ${pair.bTitle}`,
                value: (pair) => pair.aTitle,
              },
              {
                id: 'viewers',
                title: 'Viewers',
                isNumber: true,
                value: (pair) => pair.viewers,
                cell: (pair) => format.count(pair.viewers),
              },
              {
                id: 'lift',
                title: 'As often as by chance',
                isNumber: true,
                value: (pair) => pair.lift,
                cell: (pair) => between(pair.lift, pair.liftLow, pair.liftHigh),
              },
            ]}
            rows={body.pairs}
            rowKey={(pair) => `${pair.a} ${pair.b}`}
            sort={{ column: 'lift', isDown: true }}
          />
        </>
      )}
    </>
  );
}
