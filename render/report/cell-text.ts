import type { Cell } from './model.ts';
import type { Words } from '../text/format.ts';

/** A cell as people read it. */
export function cellText(cell: Cell, words: Words): string {
  switch (cell.t) {
    case 'text':
      return cell.v;
    case 'money':
      return words.money(cell.v);
    case 'ratio':
      return words.percent(cell.v);
    case 'change':
      return words.signedPercent(cell.v);
    case 'value':
      return words.value(cell.v, cell.unit);
    case 'date':
      return words.date(cell.v);
  }
}

/** A cell where there is little room: at most a handful of figures. */
export function cellHeadline(cell: Cell, words: Words): string {
  if (cell.t === 'money' && cell.v !== null) return words.moneyHeadline(cell.v);
  if (cell.t === 'value' && cell.unit === 'count' && cell.v !== null) return words.countHeadline(cell.v);
  return cellText(cell, words);
}
