/**
 * What events may say about who a person is, in `data` beside the dimensions. Text of any kind is taken; the lists are what private answers
 * tell apart, everything else being "other": which groups there are must not depend on the people in them.
 */
export const demographicFields = ['age_band', 'gender', 'device_type', 'language', 'region'] as const;
export type DemographicField = (typeof demographicFields)[number];

/** Of a person none of whose events says it. */
export const UNKNOWN_GROUP = 'unknown';
export const OTHER_GROUP = 'other';

/** Groups of private answers. Languages and regions have no list that is the same for every tenant: they are answered exactly only. */
export const demographicGroups: Readonly<Partial<Record<DemographicField, readonly string[]>>> = {
  age_band: ['13-17', '18-24', '25-34', '35-44', '45-54', '55-64', '65+', OTHER_GROUP, UNKNOWN_GROUP],
  gender: ['female', 'male', OTHER_GROUP, UNKNOWN_GROUP],
  device_type: ['phone', 'tablet', 'computer', 'tv', 'console', OTHER_GROUP, UNKNOWN_GROUP],
};
