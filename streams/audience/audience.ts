import { Type, type TSchema } from '@sinclair/typebox';
import type { AudienceAnswer, AudienceQuestion, Segment } from '../../platform/contracts/audience.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { demographicFields } from '../../platform/contracts/demographics.ts';
import type { WindowClock } from '../../platform/kpi/window-time.ts';
import { peopleEvents } from '../../platform/persons/people-sql.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Identity, PrivateAnswers } from '../privacy/private-answers.ts';
import { cellPlans } from './cells.ts';
import { privateCells } from './demographics-sql.ts';
import { dayRange } from './range.ts';
import { shapeBody, type CellCount, type Pair, type ShapeContext } from './shape.ts';
import {
  cellsSql,
  firstViewSql,
  middle,
  pairsSql,
  publishedItemsSql,
  titlesSql,
  topItemsSql,
  viewersSql,
  type CellQuestion,
  type Statement,
} from './sql.ts';
import { hourOccurrences } from './week-hours.ts';

export interface AudienceDeps {
  readonly store: Store;
  readonly answers: PrivateAnswers;
  readonly clockOf: (tenant: string) => WindowClock;
  /** Event time up to which everything of a tenant is counted; undefined before its first event. */
  readonly watermarkOf: (tenant: string) => Promise<number | undefined>;
}

export interface AudienceConfig {
  readonly privacyEpsilon: number;
  readonly privacyDelta: number;
}

const HOUR_MS = 3_600_000;
const MAX_ITEMS = 30;
const MAX_PAIRS = 40;

const CellRow = Type.Object({
  cell: Type.String(),
  viewers: Type.Number(),
  views: Type.Number(),
  watch_ms: Type.Number(),
  revenue: Type.Number(),
});
const IdRow = Type.Object({ id: Type.String() });
const PairRow = Type.Object({ a: Type.String(), b: Type.String(), viewers: Type.Number() });
const FirstRow = Type.Object({ ms: Type.Number() });
const ViewersRow = Type.Object({ viewers: Type.Number() });
const TitleRow = Type.Object({ id: Type.String(), title: Type.String() });

/**
 * Answers questions about the audience. The rule: a question about everybody whose answer stays inside the tenant is exact; one that names
 * a segment, or whose answer leaves the tenant, is answered with differential privacy and charged. Throws AUDIENCE_QUESTION_INVALID,
 * PRIVACY_BUDGET_SPENT, STORE_UNAVAILABLE.
 */
export function createAudience(deps: AudienceDeps, config: AudienceConfig) {
  const { answers, store } = deps;
  const rows = async <T extends TSchema>({ sql, params }: Statement, row: T) =>
    await store.query(sql, params, row);

  const countCells = async (what: AudienceQuestion['what'], question: CellQuestion) => {
    const found = await rows(cellsSql(what, question), CellRow);
    return new Map<string, CellCount>(
      found.map((row) => [
        row.cell,
        { viewers: row.viewers, views: row.views, watchMs: row.watch_ms, revenueMinor: row.revenue },
      ]),
    );
  };

  const exactCounts = async (question: AudienceQuestion, cells: CellQuestion) => {
    if (question.what !== 'preferences')
      return { counts: await countCells(question.what, cells), pairs: [], population: 0 };
    const items = (await rows(topItemsSql(cells, MAX_ITEMS), IdRow)).map(({ id }) => id);
    const over = { ...cells, items };
    const [counts, pairs, population] = await Promise.all([
      countCells('preferences', over),
      rows(pairsSql(over, MAX_PAIRS), PairRow),
      rows(viewersSql(over), ViewersRow),
    ]);
    return { counts, pairs, population: population[0]?.viewers ?? 0 };
  };

  const itemsOf = async (question: AudienceQuestion, cells: CellQuestion): Promise<string[]> =>
    question.what === 'preferences'
      ? (await rows(publishedItemsSql(cells, MAX_ITEMS), IdRow)).map(({ id }) => id)
      : [];

  const privateCounts = async (question: AudienceQuestion, cells: CellQuestion) => {
    const { what } = question;
    const { cellsPerPerson } = cellPlans[what];
    const fixed = what === 'demographics' ? privateCells(cells.field) : cellPlans[what].cells;
    if (what === 'demographics' && fixed === undefined)
      throw new WeirError(
        'AUDIENCE_QUESTION_INVALID',
        'Private answers are about age_band, gender and device_type; which languages and regions there are would tell about those who have them.',
      );
    const mechanism = question.mechanism ?? 'gaussian';
    const given = await answers.answer(
      {
        tenant: question.tenant,
        by: question.asker,
        what,
        about: aboutText(question, cells),
        identity: identityOf(question, cells),
        noise: {
          mechanism,
          epsilon: question.epsilon ?? config.privacyEpsilon,
          delta: mechanism === 'laplace' ? 0 : config.privacyDelta,
          cells: cellsPerPerson,
        },
      },
      async () => {
        const items = await itemsOf(question, cells);
        if (fixed === undefined && items.length === 0)
          throw new WeirError(
            'AUDIENCE_QUESTION_INVALID',
            'Nothing was published before the end of the range.',
          );
        const counted = await countCells(what, { ...cells, items });
        return {
          cells: fixed ?? items,
          counts: new Map([...counted].map(([cell, { viewers }]) => [cell, viewers])),
        };
      },
    );
    const counts = new Map<string, CellCount>(
      Object.entries(given.stored.counts).map(([cell, viewers]) => [cell, { viewers }]),
    );
    return { given, counts, cellsPerPerson };
  };

  /** The same counts for everybody, over the items of a segment's answer; for the tenant's own people only. */
  const everybody = async (question: AudienceQuestion, cells: CellQuestion, items: readonly string[]) =>
    question.what === 'preferences' && question.release === 'tenant' && hasSegment(question.segment)
      ? { everybody: await countCells('preferences', { ...cells, items, segment: {} }) }
      : {};

  return async (question: AudienceQuestion): Promise<AudienceAnswer> => {
    const { release, segment = {}, tenant, what } = question;
    const isExact = release === 'tenant' && !hasSegment(segment);
    const windows = deps.clockOf(tenant);
    const watermarkMs = await deps.watermarkOf(tenant);
    if (watermarkMs === undefined)
      throw new WeirError('AUDIENCE_QUESTION_INVALID', 'There are no events yet that could be asked about.');
    // The day after the last one is not over, so who was there on the last day could not have returned.
    const range = dayRange(question, watermarkMs, windows, !isExact || what === 'returning');
    const cells: CellQuestion = {
      tenant,
      timeZone: windows.timeZone,
      range,
      segment,
      by: question.by ?? 'channel',
      field: question.field ?? 'age_band',
      isBounded: !isExact,
      people: await peopleEvents(store, tenant),
      items: [],
    };
    const context = async (
      counts: ReadonlyMap<string, CellCount>,
    ): Promise<Omit<ShapeContext, 'noise' | 'pairs' | 'population' | 'sd'>> => ({
      isExact,
      by: cells.by,
      field: cells.field,
      splitMs: middle(range),
      occurrences: what === 'activity' ? await occurrences(cells, isExact) : new Map(),
      titles:
        what === 'preferences' && cells.by === 'content'
          ? await titles(tenant, [...counts.keys()])
          : new Map(),
      ...(await everybody(question, cells, [...counts.keys()])),
    });
    const answer = {
      what,
      timeZone: windows.timeZone,
      fromMs: range.fromMs,
      toMs: range.toMs,
      watermarkMs,
      segment,
      release,
    };
    if (isExact) {
      const {
        counts,
        pairs,
        population,
      }: { counts: ReadonlyMap<string, CellCount>; pairs: readonly Pair[]; population: number } =
        await exactCounts(question, cells);
      const body = shapeBody(what, counts, {
        ...(await context(counts)),
        pairs,
        population,
        noise: 0,
        sd: 0,
      });
      return { ...answer, privacy: { kind: 'exact' }, body };
    }
    const { given, counts, cellsPerPerson } = await privateCounts(question, cells);
    const { charge } = given;
    return {
      ...answer,
      privacy: {
        kind: 'private',
        id: charge.id,
        epsilon: charge.epsilon,
        delta: charge.delta,
        mechanism: charge.mechanism,
        cellsPerPerson,
        halfWidth95: given.halfWidth95,
        rho: charge.rho,
        answeredAtMs: given.stored.answeredAtMs,
        isRepeated: given.isRepeated,
      },
      body: shapeBody(what, counts, {
        ...(await context(counts)),
        pairs: [],
        population: 0,
        noise: given.halfWidth95,
        sd: given.standardDeviation,
      }),
    };
  };

  /** Hours before a tenant's first view are no hours without views; a private answer does not tell when that was. */
  async function occurrences(cells: CellQuestion, isExact: boolean): Promise<ReadonlyMap<string, number>> {
    const { range, timeZone } = cells;
    const firstMs = isExact ? ((await rows(firstViewSql(cells), FirstRow))[0]?.ms ?? 0) : 0;
    const fromMs = Math.max(range.fromMs, Math.floor(firstMs / HOUR_MS) * HOUR_MS);
    return hourOccurrences(fromMs, range.toMs, timeZone);
  }

  async function titles(tenant: string, contents: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = await rows(titlesSql(tenant, contents), TitleRow);
    return new Map(found.filter(({ title }) => title !== '').map(({ id, title }) => [id, title]));
  }
}

function hasSegment(segment: Segment | undefined): boolean {
  return segment !== undefined && Object.values(segment).some((value) => value !== undefined);
}

/** Everything the counts depend on. */
function identityOf(
  { release, what }: AudienceQuestion,
  { by, field, range, segment, timeZone }: CellQuestion,
): Identity {
  return {
    what,
    release,
    timeZone,
    fromMs: range.fromMs,
    toMs: range.toMs,
    segment: Object.fromEntries(
      Object.entries(segment).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    ...(what === 'preferences' ? { by } : {}),
    ...(what === 'demographics' ? { field } : {}),
  };
}

/** The question in words for people. */
function aboutText(
  question: AudienceQuestion,
  { by, field, range, segment, timeZone }: CellQuestion,
): string {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone });
  const parts = [
    ...(['country', 'channel', 'content', ...demographicFields] as const).flatMap((key) =>
      segment[key] === undefined ? [] : [`${key} ${segment[key]}`],
    ),
    ...(question.what === 'preferences' ? [`by ${by}`] : []),
    ...(question.what === 'demographics' ? [`by ${field}`] : []),
    `${day.format(range.fromMs)} to ${day.format(range.toMs - 1)} ${timeZone}`,
    ...(question.release === 'public' ? ['leaves the tenant'] : []),
  ];
  return `${question.what}: ${parts.join(', ')}`;
}
