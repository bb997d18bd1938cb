import type { ReactNode } from 'react';
import type { AudienceBody } from '../../platform/contracts/audience.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Empty } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { PeopleInAll, PercentWithin } from './within.tsx';
import { fieldTitles } from './topic-words.ts';

type Body = Extract<AudienceBody, { kind: 'demographics' }>;
type Group = Body['groups'][number];

/** People by what events say of them, with what they watched and brought; private answers know people and least amounts. */
export function Demographics({
  body,
  noise,
}: {
  readonly body: Body;
  /** Half width of the noise; 0 for exact answers. */
  readonly noise: number;
}): ReactNode {
  const columns = useColumns(body, noise);
  const isPrivate = body.groups.some(({ least }) => least !== null);
  if (body.groups.every(({ value }) => value === 'unknown'))
    return (
      <Empty title="No event says it">
        <p>
          <code>{body.field}</code> in <code>data</code> of <code>video_view</code> and of events with money
          fills this.
        </p>
      </Empty>
    );
  return (
    <>
      <PeopleInAll viewers={body.viewers} halfWidth={body.viewersHalfWidth} />
      <Table
        id={`demographics-${body.field}`}
        label={`People by ${fieldTitles[body.field].toLowerCase()}`}
        columns={columns}
        rows={body.groups}
        rowKey={(row) => `of ${row.value}`}
        maxHeight={400}
      />
      <p className="small quiet">
        {isPrivate
          ? 'Each person counts up to 8 views and 20.00 of revenue, by steps: these are the least amounts there were.'
          : body.suppressed > 0
            ? 'The smallest groups together are fewer than ten people and are left out.'
            : 'Groups of fewer than ten people are told together. A person is what the newest event says.'}
      </p>
    </>
  );
}

function useColumns(body: Body, noise: number): readonly Column<Group>[] {
  const { format } = useWorkspace();
  const scale = 10 ** format.minorDigits;
  const major = (minor: number | null): number | null => (minor === null ? null : minor / scale);
  const isNoise = (row: Group): boolean => row.viewers < noise;
  const widest = Math.max(0, ...body.groups.map((row) => (isNoise(row) ? 0 : (row.share ?? 0))));
  const number = (
    id: string,
    title: string,
    value: (row: Group) => number | null,
    text: (value: number) => string,
  ): Column<Group> => ({
    id,
    title,
    isNumber: true,
    value: (row) => (isNoise(row) ? null : value(row)),
    cell: (row) => {
      const found = isNoise(row) ? null : value(row);
      return found === null ? '–' : text(found);
    },
  });
  const money = (value: number): string => format.value(value, 'currency', 'tile');
  const exact = [
    number('revenue', 'Revenue', (row) => major(row.revenueMinor), money),
    number('each', 'Revenue a person', (row) => major(row.revenuePerViewerMinor), money),
    number('views', 'Views', (row) => row.views, format.count),
    number(
      'watched',
      'Watched',
      (row) => row.watchMinutes,
      (value) => format.value(value, 'minutes', 'tile'),
    ),
  ];
  const least = [
    number(
      'views',
      'Views at least',
      (row) => row.least?.views ?? null,
      (value) => `${format.count(value)}${widthText(body.groups[0]?.least?.viewsHalfWidth, format.count)}`,
    ),
    number('payers', 'Paid', (row) => row.least?.payers ?? null, format.count),
    number(
      'revenue',
      'Revenue at least',
      (row) => major(row.least?.revenueMinor ?? null),
      (value) =>
        `${money(value)}${widthText(major(body.groups[0]?.least?.revenueHalfWidthMinor ?? null) ?? undefined, money)}`,
    ),
  ];
  return [
    {
      id: 'group',
      title: fieldTitles[body.field],
      isName: true,
      className: 'nowrap',
      value: nameOf,
      cell: nameOf,
    },
    {
      id: 'share',
      title: 'Share',
      isNumber: true,
      value: (row) => (isNoise(row) ? null : row.share),
      bar: (row) => (widest > 0 && !isNoise(row) ? (row.share ?? 0) / widest : 0),
      cell: (row) =>
        isNoise(row) || row.share === null ? (
          '–'
        ) : (
          <PercentWithin value={row.share} halfWidth={row.shareHalfWidth} />
        ),
    },
    {
      id: 'people',
      title: 'People',
      isNumber: true,
      value: (row) => row.viewers,
      cell: (row) =>
        isNoise(row) ? (
          <span className="quiet">under {format.count(Math.ceil(noise))}</span>
        ) : (
          format.count(row.viewers)
        ),
    },
    ...(body.groups.some((row) => row.least !== null) ? least : exact),
  ];
}

/** All groups have the same noise. */
function widthText(halfWidth: number | undefined, text: (value: number) => string): string {
  return halfWidth === undefined ? '' : ` ±${text(Math.ceil(halfWidth))}`;
}

function nameOf({ groups, value }: Group): string {
  if (value === '') return `${groups} small groups`;
  if (value === 'unknown') return 'Not said';
  return value;
}
