import {
  demographicGroups,
  OTHER_GROUP,
  UNKNOWN_GROUP,
  type DemographicField,
} from '../../platform/contracts/demographics.ts';

/** From how many views a person counts once more in a private answer, and what that step stands for. */
export const viewSteps = [
  { least: 1, worth: 1 },
  { least: 2, worth: 1 },
  { least: 4, worth: 2 },
  { least: 8, worth: 4 },
] as const;
/** From how many minor units of the tenant's currency; the first only says who paid at all. */
export const revenueSteps = [
  { least: 1, worth: 0 },
  { least: 500, worth: 500 },
  { least: 2_000, worth: 1_500 },
] as const;

/** Marks of a person in a private answer: being there, views and money. Nobody has more. */
export const marksPerPerson = 1 + viewSteps.length + revenueSteps.length;

/** Cells of a private answer about a field: each group with each mark. */
export function privateCells(field: DemographicField): readonly string[] | undefined {
  return demographicGroups[field]?.flatMap((group) => [
    `${group}|p`,
    ...viewSteps.map(({ least }) => `${group}|v${least}`),
    ...revenueSteps.map(({ least }) => `${group}|r${least}`),
  ]);
}

/** What an event says of the field, as people write it: without case and space about it. */
const said = (field: DemographicField): string => `lowerUTF8(trim(JSONExtractString(data, '${field}')))`;
const isView = "type = 'video_view'";
const paid = 'type IN {money:Array(String)}';

/**
 * Rows `user`, `cell`, `n`, `w`, `r` for each person: the group is what the newest event of the range that says anything says. Views, minutes and money
 * of events that name nobody count by what they say themselves, and not at all in private answers.
 */
export function demographicRows(
  field: DemographicField,
  from: string,
  where: string,
  watchedMs: string,
  isPrivate: boolean,
): string {
  const people = `SELECT user, argMaxIf(${said(field)}, time, ${said(field)} != '') AS told, ${groupOf(field, isPrivate)} AS cell0,
    countIf(${isView}) AS n, sumIf(${watchedMs}, ${isView}) AS w, sumIf(amount_base_minor, ${paid}) AS r
   FROM ${from} WHERE ${where} AND user != '' GROUP BY user`;
  if (!isPrivate)
    return `SELECT user, cell0 AS cell, n, w, r FROM (${people})
     UNION ALL SELECT '' AS user, cell0 AS cell, n, w, r FROM (SELECT ${said(field)} AS told, ${groupOf(field, false)} AS cell0,
      countIf(${isView}) AS n, sumIf(${watchedMs}, ${isView}) AS w, sumIf(amount_base_minor, ${paid}) AS r
      FROM events WHERE ${where} AND user = '' GROUP BY told)`;
  const marks = [
    "'p'",
    ...viewSteps.map(({ least }) => `if(n >= ${least}, 'v${least}', '')`),
    ...revenueSteps.map(({ least }) => `if(r >= ${least}, 'r${least}', '')`),
  ];
  return `SELECT user, concat(cell0, '|', arrayJoin(arrayFilter(mark -> mark != '', [${marks.join(', ')}]))) AS cell, 0 AS n, 0 AS w, 0 AS r FROM (${people})`;
}

function groupOf(field: DemographicField, isPrivate: boolean): string {
  const listed = demographicGroups[field];
  if (!isPrivate || listed === undefined) return `if(told = '', '${UNKNOWN_GROUP}', told)`;
  return `multiIf(told = '', '${UNKNOWN_GROUP}', told IN (${listed.map((group) => `'${group}'`).join(', ')}), told, '${OTHER_GROUP}')`;
}
