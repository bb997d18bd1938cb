import type { ChartSpec } from '../../platform/contracts/chart-spec.ts';
import type { WindowSize } from '../../platform/contracts/kpi.ts';
import type { PnlReply } from '../../platform/contracts/pnl.ts';
import { createWords, type Words } from '../text/format.ts';
import type { ReportFacts } from './facts.ts';
import { cashFlowStatement, cashFlowText } from './cash-flow.ts';
import { forecastSection } from './forecast-section.ts';
import { kpiTables } from './kpi-tables.ts';
import { money, relative, type Headline, type Report, type Row, type Section, type Table } from './model.ts';
import type { Period } from './period.ts';
import {
  compared,
  comparedRow,
  profitAndLossStatement,
  recurringStatement,
  revenueTable,
} from './statements.ts';
import { summaryOf } from './summary.ts';

const kindNames: Readonly<Record<Period['kind'], string>> = {
  day: 'Daily report',
  week: 'Weekly report',
  month: 'Monthly report',
  quarter: 'Quarterly report',
  year: 'Annual report',
  custom: 'Report',
};

/** The report of the facts: pure, so the same facts give the same report and with it the same bytes. */
export function buildReport(facts: ReportFacts): Report {
  const words = createWords(facts.tenant.currency, facts.tenant.timeZone);
  const periodName = spanName(facts.period.fromMs, facts.period.toMs, facts.period.kind, words);
  const priorName = spanName(facts.period.priorFromMs, facts.period.priorToMs, facts.period.kind, words);
  const pnl = profitAndLossStatement(facts);
  const cash = cashFlowStatement(facts);
  const byStream = revenueTable(
    'streams',
    'Revenue by stream',
    'Stream',
    facts.streams,
    facts.pnl,
    facts.priorPnl,
  );
  const byChannel = revenueTable(
    'channels',
    'Revenue by channel',
    'Channel',
    facts.channels,
    facts.pnl,
    facts.priorPnl,
  );
  const mrr =
    facts.recurring === undefined || facts.recurring.months.length === 0
      ? undefined
      : recurringStatement(facts.recurring, (ms) => words.window(ms, '1mo'));
  const sections: Section[] = [
    {
      id: 'revenue',
      title: 'Revenue',
      text: [],
      ...(facts.trend.periods.length < 2
        ? {}
        : { chart: { title: chartTitle(facts.trend, words), spec: trendChart(facts) } }),
      tables: [byStream.table, byChannel.table],
    },
    {
      id: 'profit',
      title: 'Costs and profitability',
      text: [
        'Revenue less costs less the subscription fee is the profit. Costs are what cost events say, by kind.',
      ],
      tables: [pnl.table],
    },
    {
      id: 'cash',
      title: 'Cash flow',
      text: cashFlowText(facts, words),
      tables: [cash.table],
    },
    ...(mrr === undefined ? [] : [recurringSection(facts, mrr.table, words)]),
    forecastSection(facts, words),
    { id: 'variance', title: 'Variance', text: varianceText(facts, words), tables: [varianceTable(facts)] },
    {
      id: 'kpis',
      title: 'KPIs and their definitions',
      text: freshnessText(facts, words),
      tables: kpiTables(facts),
    },
  ];
  const shown =
    facts.priorPnl === null
      ? sections.map((section) => ({ ...section, tables: section.tables.map(withoutPrior) }))
      : sections;
  const ordered = facts.audience === 'investor' ? investorOrder(shown) : shown;
  return {
    format: 'weir-report/1',
    title: `${facts.audience === 'investor' ? 'Investor report' : kindNames[facts.period.kind]}, ${periodName}`,
    tenant: facts.tenant.name,
    currency: facts.tenant.currency,
    timeZone: facts.tenant.timeZone,
    periodName,
    priorName,
    fromMs: facts.period.fromMs,
    toMs: facts.period.toMs,
    madeAtMs: facts.madeAtMs,
    askedBy: facts.askedBy.name,
    badges: [...(facts.tenant.simulated ? ['Simulated data'] : []), 'Management figures, unaudited'],
    headline: headlineOf(facts),
    summary: summaryOf(facts, words, { period: periodName, prior: priorName }),
    sections: ordered,
    checks: [...pnl.checks, ...byStream.checks, ...byChannel.checks, ...cash.checks, ...(mrr?.checks ?? [])],
  };
}

/** Columns that compare are left out where there is nothing to compare with. */
function withoutPrior(table: Table): Table {
  const gone = table.columns.flatMap(({ title, formula }, i) =>
    title === 'Prior period' || title === 'Change %' || (title === 'Change' && formula?.from === 2)
      ? [i]
      : [],
  );
  if (gone.length === 0) return table;
  const keep = <T>(all: readonly T[]): T[] => all.filter((_, i) => !gone.includes(i));
  const moved = (at: number): number => at - gone.filter((each) => each < at).length;
  return {
    ...table,
    columns: keep(table.columns).map((column) =>
      column.formula === undefined
        ? column
        : {
            ...column,
            formula: { ...column.formula, of: moved(column.formula.of), from: moved(column.formula.from) },
          },
    ),
    rows: table.rows.map((row) => ({ ...row, cells: keep(row.cells) })),
  };
}

/** An investor reads growth first and operations last. */
function investorOrder(sections: readonly Section[]): readonly Section[] {
  const rank = ['revenue', 'mrr', 'profit', 'cash', 'forecast', 'variance', 'kpis'];
  return sections.toSorted((a, b) => rank.indexOf(a.id) - rank.indexOf(b.id));
}

function spanName(fromMs: number, toMs: number, kind: Period['kind'], words: Words): string {
  if (kind === 'month') return words.window(fromMs, '1mo');
  const first = words.date(fromMs);
  const last = words.date(toMs - 1);
  return first === last ? first : `${first} to ${last}`;
}

function headlineOf(facts: ReportFacts): Headline[] {
  const now = facts.pnl.total;
  const before = facts.priorPnl?.total;
  const amount = (label: string, value: number, prior: number | undefined, isUpGood: boolean): Headline => {
    const by = relative(value, prior ?? null);
    return {
      label,
      value: money(value),
      prior: money(prior ?? null),
      change: by,
      isGood: by === null || by === 0 ? null : by > 0 === isUpGood,
    };
  };
  const mrr = facts.recurring?.months;
  const views = facts.kpis.find(({ definition }) => definition.key === 'views');
  const by = relative(views?.value ?? null, views?.prior ?? null);
  return [
    amount('Revenue', now.revenueMinor, before?.revenueMinor, true),
    amount(
      'Costs',
      now.costMinor + now.feeMinor,
      before === undefined ? undefined : before.costMinor + before.feeMinor,
      false,
    ),
    amount('Profit', now.profitMinor, before?.profitMinor, true),
    ...(mrr === undefined || mrr.length === 0
      ? []
      : [amount('MRR', mrr.at(-1)?.closing ?? 0, mrr[0]?.opening, true)]),
    ...(views === undefined
      ? []
      : [
          {
            label: 'Views',
            value: { t: 'value' as const, v: views.value, unit: 'count' as const },
            prior: { t: 'value' as const, v: views.prior, unit: 'count' as const },
            change: by,
            isGood: by === null || by === 0 ? null : by > 0,
          },
        ]),
  ];
}

const grains: Readonly<Record<PnlReply['grain'], WindowSize>> = { day: '1d', week: '1d', month: '1mo' };

function trendChart({ trend, pnl }: ReportFacts): ChartSpec {
  const scale = scaleOf(pnl);
  const values = (of: (period: PnlReply['periods'][number]) => number) =>
    trend.periods.map((period) => of(period) / scale);
  return {
    kind: 'lines',
    unit: 'currency',
    grain: grains[trend.grain],
    starts: trend.periods.map(({ startMs }) => startMs),
    endMs: trend.periods.at(-1)?.endMs ?? 0,
    completeCount: trend.periods.filter(({ isComplete }) => isComplete).length,
    series: [
      { id: 'revenue', label: 'Revenue', slot: 1, values: values(({ figures }) => figures.revenueMinor) },
      {
        id: 'costs',
        label: 'Costs and fee',
        slot: 2,
        values: values(({ figures }) => figures.costMinor + figures.feeMinor),
      },
      { id: 'profit', label: 'Profit', slot: 3, values: values(({ figures }) => figures.profitMinor) },
    ],
  };
}

function scaleOf({ currency }: PnlReply): number {
  return createWords(currency, 'UTC').scale;
}

function chartTitle(trend: PnlReply, words: Words): string {
  const complete = trend.periods.filter(({ isComplete }) => isComplete);
  const best = complete.toSorted((a, b) => b.figures.revenueMinor - a.figures.revenueMinor)[0];
  const per = { day: 'day', week: 'week', month: 'month' }[trend.grain];
  if (best === undefined) return `Revenue, costs and profit by ${per}`;
  return `Revenue, costs and profit by ${per}: highest revenue ${words.money(best.figures.revenueMinor)} on ${words.window(best.startMs, grains[trend.grain])}`;
}

function recurringSection(facts: ReportFacts, table: Table, words: Words): Section {
  const asOf = facts.recurring?.asOfMs ?? 0;
  return {
    id: 'mrr',
    title: 'Recurring revenue',
    text: [
      `By version ${facts.recurring?.policyVersion ?? 0} of the policy that says what counts, as of ${words.dateTime(asOf)}.`,
    ],
    tables: [table],
  };
}

function varianceText({ forecastBefore, priorPnl, pnl }: ReportFacts, words: Words): string[] {
  return [
    forecastBefore === undefined
      ? 'No forecast made before the period covers all of it.'
      : `The forecast is the last one made before the period, on ${words.dateTime(forecastBefore.madeAtMs)}.`,
    ...(priorPnl === null ? ['There is no prior period with data to compare with.'] : []),
    ...(pnl.targetMinor > 0
      ? [
          `The profit target is ${words.money(Math.round(pnl.targetPerMonth * words.scale))} a month, taken for the days of the period.`,
        ]
      : ['No profit target is set.']),
  ];
}

/** Against the period before, the plan, which is the target of the profit, and what was forecast before the period began. */
function varianceTable({ forecastBefore, pnl, priorPnl }: ReportFacts): Table {
  const now = pnl.total;
  const before = priorPnl?.total;
  const target = pnl.targetMinor > 0 ? pnl.targetMinor : null;
  const columns = compared('');
  const goals = columns.length;
  const row = (
    label: string,
    value: number,
    prior: number | undefined,
    plan: number | null,
    forecast: number | null,
  ): Row => ({
    cells: [
      ...comparedRow(label, value, prior ?? null).cells,
      money(plan),
      money(plan === null ? null : value - plan),
      ...(forecastBefore === undefined
        ? []
        : [money(forecast), money(forecast === null ? null : value - forecast)]),
    ],
  });
  return {
    id: 'variance',
    title: 'Against prior period, target, forecast',
    columns: [
      ...columns,
      { title: 'Target', isNumber: true },
      { title: 'Over target', isNumber: true, formula: { kind: 'difference', of: 1, from: goals } },
      ...(forecastBefore === undefined
        ? []
        : [
            { title: 'Forecast', isNumber: true },
            {
              title: 'Over forecast',
              isNumber: true,
              formula: { kind: 'difference' as const, of: 1, from: goals + 2 },
            },
          ]),
    ],
    rows: [
      row('Revenue', now.revenueMinor, before?.revenueMinor, null, forecastBefore?.revenueMinor ?? null),
      row(
        'Costs and fee',
        now.costMinor + now.feeMinor,
        before === undefined ? undefined : before.costMinor + before.feeMinor,
        null,
        null,
      ),
      row('Profit', now.profitMinor, before?.profitMinor, target, null),
    ],
  };
}

function freshnessText({ freshness, tenant }: ReportFacts, words: Words): string[] {
  const newest =
    freshness.newestEventMs === null
      ? 'No event has been stored yet.'
      : `The newest event is of ${words.dateTime(freshness.newestEventMs)}${freshness.newestReceivedMs === null ? '' : `, received ${words.dateTime(freshness.newestReceivedMs)}`}.`;
  return [
    `${newest} ${words.count(freshness.events)} events fall into the period. Amounts are in ${tenant.currency}; days and months are those of ${tenant.timeZone}.`,
  ];
}
