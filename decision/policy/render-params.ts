import { Value } from '@sinclair/typebox/value';
import type { ActionSpec } from '../../platform/contracts/policy.ts';
import {
  ChartParams,
  ReportParams,
  ThumbnailParams,
  VideoParams,
} from '../../platform/contracts/render-params.ts';

/** Parameters of the action itself; the others are the render's. */
const ownParams = new Set(['kind', 'title', 'priority']);
/** Lists of a render; parameters of a policy are single values, so there they are words with commas between. */
const listParams = new Set(['formats', 'templates', 'palettes']);
const schemas = {
  report: ReportParams,
  chart: ChartParams,
  thumbnail: ThumbnailParams,
  video: VideoParams,
} as const;

/** What a render is asked for, from the parameters of an action. */
export function renderParamsFrom(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      ownParams.has(name) ? [] : [[name, listParams.has(name) ? wordsOf(value) : value]],
    ),
  );
}

/** What is wrong with the render an action asks for; undefined when nothing is. A formula stands for any whole number. */
export function renderFault(
  params: ActionSpec['params'],
): { readonly field: string; readonly why: string } | undefined {
  const kind = Object.entries(schemas).find(([name]) => name === params['kind']);
  if (kind === undefined) return { field: 'kind', why: `must be one of ${Object.keys(schemas).join(', ')}` };
  const asked = renderParamsFrom(
    Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, typeof value === 'object' ? 1 : value]),
    ),
  );
  const fault = Value.Errors(kind[1], asked).First();
  if (fault === undefined) return undefined;
  const field = fault.path.split('/')[1] ?? '';
  return { field, why: `${kind[0]} does not take this: ${fault.message.toLowerCase()}` };
}

function wordsOf(value: unknown): readonly string[] {
  return String(value)
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
