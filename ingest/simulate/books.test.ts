import { TypeCompiler } from '@sinclair/typebox/compiler';
import { describe, expect, test } from 'vitest';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import { cost, revenue } from '../../platform/contracts/kpis/measures.ts';
import { bookProducts, channelBooks, reportsBefore } from './books.ts';
import { createSimulator } from './simulator.ts';

const at = Date.UTC(2025, 10, 18, 12);
const config = { seed: 'test', ratePerSecond: 100, startMs: at };
const book = createSimulator(config).book(at);
const of = (type: string) => book.filter((event) => event.type === type);

describe('books of the time before', () => {
  test('are whole weeks that begin on Mondays and end before the moment, the same each time', () => {
    const reports = [...of('channel_report'), ...of('sales_report')];
    expect(of('channel_report').length).toBe(12 * 104);
    expect(of('sales_report').length).toBe(4 * 5 * 104);
    expect(of('competitor_price').length).toBe(4 * 2 * 104);
    for (const { data } of reports) {
      const startMs = Date.parse(String(data['period_start']));
      expect(new Date(startMs).getUTCDay()).toBe(1);
      expect(startMs + 604_800_000).toBeLessThanOrEqual(at);
    }
    expect(new Set(reports.map(({ id }) => id)).size).toBe(reports.length);
    expect(createSimulator(config).book(at)).toEqual(book);
  });

  test('are valid by the catalogue and carry no money a KPI would count', () => {
    for (const type of ['channel_report', 'sales_report', 'competitor_price']) {
      const spec = eventCatalogue.find((each) => each.type === type);
      if (spec === undefined) throw new Error(`no ${type}`);
      const check = TypeCompiler.Compile(spec.data);
      expect(of(type).every(({ data }) => check.Check(data))).toBe(true);
      expect(spec.money).toBeUndefined();
    }
  });

  test('cash that moved beside revenue and cost is valid, lies before the moment and is neither', () => {
    const cash = [...of('cash_movement'), ...of('cash_balance')];
    expect(cash.length).toBeGreaterThan(9);
    for (const { data, type } of cash) {
      const spec = eventCatalogue.find((each) => each.type === type);
      if (spec === undefined) throw new Error(`no ${type}`);
      expect(TypeCompiler.Compile(spec.data).Check(data)).toBe(true);
      expect(spec.money).toBe('cash');
      expect(Date.parse(String(data['effective_at']))).toBeLessThan(at);
    }
    for (const measure of [revenue, cost])
      expect(measure.types?.filter((type) => type.startsWith('cash_'))).toEqual([]);
  });

  test('a book told a week later has the same weeks where they overlap', () => {
    const byId = new Map(reportsBefore('test', 80, at + 604_800_000).map((each) => [each.id, each]));
    const overlapping = reportsBefore('test', 80, at).filter(
      ({ id }) => byId.has(id) && !id.includes('none'),
    );
    expect(overlapping.length).toBeGreaterThan(3_000);
    for (const each of overlapping.filter(({ type }) => type === 'sales_report'))
      expect(byId.get(each.id)).toEqual(each);
  });

  test('volumes answer to prices as the truth says: −2.3 falls more than −.8', () => {
    const slope = (product: string): number => {
      const rows = of('sales_report').filter(
        ({ data }) =>
          data['product_id'] === product && data['country'] === 'US' && Number(data['quantity']) > 0,
      );
      const x = rows.map(({ data }) => Math.log(Number(data['revenue_minor']) / Number(data['quantity'])));
      const y = rows.map(({ data }) => Math.log(Number(data['quantity'])));
      const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
      const [mx, my] = [mean(x), mean(y)];
      return (
        x.reduce((sum, each, i) => sum + (each - mx) * ((y[i] ?? 0) - my), 0) /
        x.reduce((sum, each) => sum + (each - mx) ** 2, 0)
      );
    };
    for (const { elasticity, product } of bookProducts)
      expect(Math.abs(slope(product) - elasticity)).toBeLessThan(0.35);
  });

  test('the truth names three responses a channel', () => {
    expect(channelBooks('test', 80).every(({ responses }) => responses.length === 3)).toBe(true);
  });
});
