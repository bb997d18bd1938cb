import type { ReportFacts } from './facts.ts';
import { change, relative, text, type Cell, type Row, type Table } from './model.ts';

/** Every KPI with its value, the one before and its target, and what each of them is. */
export function kpiTables({ kpis }: ReportFacts): Table[] {
  const rows = kpis.map(({ definition, value, prior }): Row => {
    const cell = (v: number | null): Cell => ({ t: 'value', v, unit: definition.unit });
    return {
      cells: [
        text(definition.title),
        cell(value),
        cell(prior),
        change(definition.unit === 'ratio' ? null : relative(value, prior)),
        cell(definition.target ?? null),
      ],
    };
  });
  return [
    {
      id: 'kpis',
      title: 'KPIs of the period',
      columns: [
        { title: 'KPI', isNumber: false },
        { title: 'This period', isNumber: true },
        { title: 'Prior period', isNumber: true },
        { title: 'Change %', isNumber: true },
        { title: 'Target', isNumber: true },
      ],
      rows,
    },
    {
      id: 'definitions',
      title: 'Definitions',
      columns: [
        { title: 'KPI', isNumber: false },
        { title: 'What it is', isNumber: false },
        { title: 'Formula', isNumber: false },
      ],
      rows: kpis.map(({ definition }) => ({
        cells: [text(definition.title), text(definition.description), text(definition.formula)],
      })),
    },
  ];
}
