import { Type, type Static } from '@sinclair/typebox';
import { Artefact, RenderId } from './render.ts';

/**
 * How a scheduled report gets to its recipients. `render` ends a job whose record in KV `renders` names its schedule; whoever sends mail
 * watches that bucket, reads the recipients of the schedule from KV `renderschedules`, and marks the job in KV `reportmails`. Neither
 * knows the other.
 */

/** What a mail of a report says and carries. */
export const ReportNotice = Type.Object({
  renderId: RenderId,
  title: Type.String(),
  /** What the report says first. */
  summary: Type.Array(Type.String(), { maxItems: 12 }),
  notes: Type.Array(Type.String(), { maxItems: 16 }),
  files: Type.Array(Artefact, { maxItems: 32 }),
});
export type ReportNotice = Static<typeof ReportNotice>;

/** KV `reportmails`, key `<tenant>.<render>`: this job needs no more looking at. */
export const ReportMailMark = Type.Object({
  tenant: Type.String(),
  renderId: RenderId,
  /** Contact points it was queued for; empty where the schedule names none, or the report could not be made. */
  contactIds: Type.Array(Type.String(), { maxItems: 20 }),
  atMs: Type.Number(),
});
export type ReportMailMark = Static<typeof ReportMailMark>;
