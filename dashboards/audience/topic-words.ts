import type { AudienceTopic } from '../../platform/contracts/audience.ts';
import type { DemographicField } from '../../platform/contracts/demographics.ts';

/** What each topic asks, as its title. */
export const topicQuestions: Readonly<Record<AudienceTopic, string>> = {
  activity: 'When do they watch?',
  returning: 'Do they come back?',
  watch_time: 'How much do they watch?',
  interaction: 'Do they interact?',
  loyalty: 'How loyal are they?',
  churn: 'Who stopped coming?',
  preferences: 'What do they prefer?',
  demographics: 'Who are they, and what do they bring?',
};

export const fieldTitles: Readonly<Record<DemographicField, string>> = {
  age_band: 'Age',
  gender: 'Gender',
  device_type: 'Device',
  language: 'Language',
  region: 'Region',
};

export const weekdays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

/** "5–15 min", "2–5 h", "10 h or more". */
export function minutesText(from: number, to: number | null): string {
  const inHours = from >= 60;
  const unit = inHours ? 'h' : 'min';
  const size = (minutes: number): string => String(inHours ? minutes / 60 : minutes);
  if (to === null) return `${size(from)} ${unit} or more`;
  if (from === 0) return `under ${to} min`;
  if (!inHours && to >= 60 && to % 60 === 0) return `${from}–${to} min`;
  return `${size(from)}–${size(to)} ${unit}`;
}
