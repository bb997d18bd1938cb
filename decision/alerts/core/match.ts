import type { AlertItem } from '../../../platform/contracts/alert-thread.ts';
import type {
  Silence,
  SilenceMatcher,
  SubscribedWhat,
} from '../../../platform/contracts/alert-subscription.ts';
import type { AlertFamily } from '../../../platform/contracts/kpi-family.ts';
import { severities, type Severity } from '../../../platform/contracts/signal.ts';

/** What of an alert decides who hears of it. `severity` is the worst it ever had, so that its end reaches whoever heard of it. */
export interface Matchable {
  readonly item: Pick<AlertItem, 'kpi' | 'kind' | 'dims' | 'isGood'>;
  readonly family: AlertFamily;
  readonly severity: Severity;
}

export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}

export function worse(a: Severity, b: Severity): Severity {
  return severityRank(a) >= severityRank(b) ? a : b;
}

/** Why a subscription takes an alert, in words; undefined when it does not. Missing events concern every KPI and so everybody. */
export function takes(what: SubscribedWhat, alert: Matchable): string | undefined {
  const { family, item, severity } = alert;
  if (severityRank(severity) < severityRank(what.minSeverity)) return undefined;
  if (family === 'feed') return 'events stay away, which concerns every KPI';
  if (item.isGood === true && !what.withGood) return undefined;
  if (what.kinds.length > 0 && !what.kinds.includes(item.kind)) return undefined;
  if (what.families.length > 0 && !what.families.includes(family)) return undefined;
  if (what.kpis.length > 0 && !what.kpis.includes(item.kpi)) return undefined;
  for (const [wanted, value] of [
    [what.channels, item.dims.channel],
    [what.countries, item.dims.country],
    [what.streams, item.dims.stream],
    [what.contents, item.dims.content],
  ] as const) {
    if (wanted.length > 0 && (value === undefined || !wanted.includes(value))) return undefined;
  }
  const about =
    what.kpis.length > 0
      ? `the KPI ${item.kpi}`
      : what.families.length > 0
        ? `alerts of ${family}`
        : what.kinds.length > 0
          ? `alerts of kind ${item.kind}`
          : 'all alerts';
  return `it takes ${about} from ${what.minSeverity} up`;
}

/** Whether a silence holds back an alert from a user at a moment. */
export function isSilenced(
  silences: readonly Silence[],
  alert: Matchable,
  userId: string,
  nowMs: number,
): boolean {
  return silences.some(
    (silence) =>
      silence.startsAtMs <= nowMs &&
      (silence.endsAtMs === null || nowMs < silence.endsAtMs) &&
      (!silence.isMine || silence.userId === userId) &&
      silence.matchers.every((matcher) => isMatch(matcher, alert)),
  );
}

function isMatch({ field, isEqual, value }: SilenceMatcher, alert: Matchable): boolean {
  return (fieldOf(field, alert) === value) === isEqual;
}

function fieldOf(field: SilenceMatcher['field'], { family, item, severity }: Matchable): string {
  switch (field) {
    case 'kpi':
      return item.kpi;
    case 'kind':
      return item.kind;
    case 'family':
      return family;
    case 'severity':
      return severity;
    default:
      return item.dims[field] ?? '';
  }
}
