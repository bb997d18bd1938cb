import { chartTableHtml } from '../charts/chart-table.ts';
import { escapeHtml } from '../text/escape.ts';
import { createWords, type Words } from '../text/format.ts';
import { cellText } from './cell-text.ts';
import { checkDifference, type Report, type Section, type Table } from './model.ts';

const style = `
:root{color-scheme:light;--text:#14171f;--quiet:#586070;--line:#dfe3ea;--soft:#f5f6f8;--accent:#1f57cf;--good:#0b6e46;--bad:#b3261e}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:var(--text);font:15px/1.55 Inter,system-ui,-apple-system,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:980px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:28px;line-height:1.2;margin:4px 0}h2{font-size:20px;margin:40px 0 8px}h3{font-size:15px;margin:24px 0 6px}
.q{color:var(--quiet)}.a{color:var(--accent);font-weight:600;margin:0}
.b{display:inline-block;background:#e7eefc;color:#17459f;border-radius:9px;padding:2px 10px;margin:4px 6px 0 0;font-size:13px;font-weight:600}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:10px;margin:20px 0;padding:0;list-style:none}
.cards li{background:var(--soft);border-radius:6px;padding:12px}.cards strong{display:block;font-size:22px}
.good{color:var(--good)}.bad{color:var(--bad)}
.sum{padding:0;list-style:none}.sum li{margin:6px 0;padding-left:64px;position:relative}.sum span{position:absolute;left:0;font-weight:700;font-size:13px;color:var(--accent)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}caption{text-align:left;font-weight:600;padding:6px 0}
th,td{padding:6px 10px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}th{font-weight:500}thead th{color:var(--quiet)}
.n{text-align:right;white-space:nowrap}.t th,.t td{font-weight:700;background:var(--soft)}
figure{margin:16px 0}figure svg,figure img{width:100%;height:auto}figcaption{font-weight:600}details{margin:8px 0}summary{cursor:pointer;color:var(--accent);min-height:24px}
@media print{main{padding:0;max-width:none}h2,h3{break-after:avoid}tr,figure{break-inside:avoid}thead{display:table-header-group}details{display:none}.scroll{overflow:visible}@page{margin:16mm}}
`;

/** Charts as SVG text by section. */
export type ChartSvgs = ReadonlyMap<string, string>;

/** The report as one file without anything from elsewhere and without script: to read, to print, to send. */
export function reportHtml(report: Report, charts: ChartSvgs): string {
  const words = createWords(report.currency, report.timeZone);
  const badges = report.badges.map((badge) => `<span class="b">${escapeHtml(badge)}</span>`).join('');
  const cards = report.headline.map(({ label, value, prior, change, isGood }) => {
    const tone = isGood === null ? 'q' : isGood ? 'good' : 'bad';
    const moved =
      change === null
        ? '<span class="q">no comparison</span>'
        : `<span class="${tone}">${change > 0 ? '▲ up' : change < 0 ? '▼ down' : 'unchanged'} ${escapeHtml(words.percent(Math.abs(change)))}</span> <span class="q">from ${escapeHtml(cellText(prior, words))}</span>`;
    return `<li><span class="q">${escapeHtml(label)}</span><strong>${escapeHtml(cellText(value, words))}</strong>${moved}</li>`;
  });
  const names = { what: 'What', why: 'Why', do: 'To do', note: 'Note' } as const;
  const lines = report.summary.map(
    ({ kind, text }) => `<li><span>${names[kind]}</span>${escapeHtml(text)}</li>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">
<title>${escapeHtml(report.title)}: ${escapeHtml(report.tenant)}</title><style>${style}</style></head>
<body><main>
<header><p class="a">${escapeHtml(report.tenant)}</p><h1>${escapeHtml(report.title)}</h1>
<p class="q">Compared with ${escapeHtml(report.priorName)}. As of ${escapeHtml(words.dateTime(report.madeAtMs))}, asked for by ${escapeHtml(report.askedBy)}.</p><p>${badges}</p></header>
<ul class="cards">${cards.join('')}</ul>
<section aria-labelledby="s-summary"><h2 id="s-summary">Summary</h2><ul class="sum">${lines.join('')}</ul></section>
${report.sections.map((section) => sectionHtml(section, charts, words)).join('\n')}
${checksHtml(report, words)}
</main></body></html>
`;
}

function sectionHtml(section: Section, charts: ChartSvgs, words: Words): string {
  const svg = charts.get(section.id);
  const chart =
    section.chart === undefined || svg === undefined
      ? ''
      : `<figure><figcaption>${escapeHtml(section.chart.title)}</figcaption><div role="img" aria-label="Chart. ${escapeHtml(section.chart.title)}">${svg}</div>
<details><summary>As a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Values of the chart">${chartTableHtml(section.chart.spec, section.chart.title, words)}</div></details></figure>`;
  const texts = section.text.map((text) => `<p class="q">${escapeHtml(text)}</p>`).join('');
  const tables = section.tables.map((table) => tableHtml(table, words)).join('');
  return `<section aria-labelledby="s-${section.id}"><h2 id="s-${section.id}">${escapeHtml(section.title)}</h2>${texts}${chart}${tables}</section>`;
}

function tableHtml(table: Table, words: Words): string {
  const heads = table.columns
    .map(({ title, isNumber }) =>
      title === '' ? '<td></td>' : `<th scope="col"${isNumber ? ' class="n"' : ''}>${escapeHtml(title)}</th>`,
    )
    .join('');
  const rows = table.rows.map((row) => {
    const cells = row.cells.map((cell, i) => {
      const text = escapeHtml(cellText(cell, words));
      return i === 0
        ? `<th scope="row">${text}</th>`
        : `<td${table.columns[i]?.isNumber === true ? ' class="n"' : ''}>${text}</td>`;
    });
    return `<tr${row.style === 'total' ? ' class="t"' : ''}>${cells.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(table.title)}"><table><caption>${escapeHtml(table.title)}</caption><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function checksHtml(report: Report, words: Words): string {
  const rows = report.checks.map((check) => {
    const difference = checkDifference(report, check);
    const says =
      difference === 0 ? '<span class="good">✓ holds</span>' : '<span class="bad">✕ does not hold</span>';
    return `<tr><th scope="row">${escapeHtml(check.title)}</th><td>${says}</td><td class="n">${escapeHtml(words.money(difference))}</td></tr>`;
  });
  return `<section aria-labelledby="s-checks"><h2 id="s-checks">Checks</h2><p class="q">Identities of the statements, evaluated on the figures shown above.</p><div class="scroll" tabindex="0" role="region" aria-label="Checks"><table><thead><tr><th scope="col">Identity</th><th scope="col">Result</th><th scope="col" class="n">Difference</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}
