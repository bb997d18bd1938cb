import type { ReportParams } from '../../platform/contracts/render-params.ts';
import type { RenderRequest } from '../../platform/contracts/render.ts';
import type { ReportFacts } from './facts.ts';

/** Collects the facts of a report. */
export type ReadFacts = (request: RenderRequest, params: ReportParams) => Promise<ReportFacts>;
