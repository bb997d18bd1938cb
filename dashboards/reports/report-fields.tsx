import type { ReactNode } from 'react';
import { reportFormats, type ReportFormat } from '../../platform/contracts/render-names.ts';
import type { Paper, ReportParams } from '../../platform/contracts/render-params.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { TextField } from '../ui/text-field.tsx';

/** A report as it is being filled in. */
export interface ReportDraft {
  readonly period: ReportParams['period'];
  readonly audience: 'management' | 'investor';
  readonly formats: readonly ReportFormat[];
  readonly paper: Paper;
  /** Local dates, for a period of one's own; the last day is part of it. */
  readonly from: string;
  readonly to: string;
}

export const firstDraft: ReportDraft = {
  period: 'month',
  audience: 'management',
  formats: ['pdf', 'html'],
  paper: 'A4',
  from: '',
  to: '',
};

const periods = [
  ['day', 'Yesterday'],
  ['week', 'Last week'],
  ['month', 'Last month'],
  ['quarter', 'Last quarter'],
  ['year', 'Last year'],
] as const;
const formatWords: Readonly<Record<ReportFormat, string>> = {
  pdf: 'PDF',
  xlsx: 'Excel',
  html: 'Web page',
  csv: 'CSV',
  json: 'JSON',
};

export function isDraftWhole(draft: ReportDraft): boolean {
  return (
    draft.formats.length > 0 && (draft.period !== 'custom' || (draft.from !== '' && draft.to >= draft.from))
  );
}

export function ReportFields({
  draft,
  onChange,
  isRecurring = false,
}: {
  readonly draft: ReportDraft;
  readonly onChange: (draft: ReportDraft) => void;
  /** A schedule knows no fixed days. */
  readonly isRecurring?: boolean;
}): ReactNode {
  const set = (change: Partial<ReportDraft>): void => onChange({ ...draft, ...change });
  const choices = isRecurring ? periods : ([...periods, ['custom', 'From a day to a day']] as const);
  const period = (value: string): ReportDraft['period'] =>
    choices.find(([choice]) => choice === value)?.[0] ?? 'month';
  return (
    <>
      <div className="form-row">
        <ChoiceField
          label="Period"
          value={draft.period}
          choices={choices}
          onChange={(value) => set({ period: period(value) })}
        />
        <ChoiceField
          label="For"
          value={draft.audience}
          choices={[
            ['management', 'Management'],
            ['investor', 'Investors'],
          ]}
          onChange={(value) => set({ audience: value === 'investor' ? 'investor' : 'management' })}
        />
        <ChoiceField
          label="Paper of the PDF"
          value={draft.paper}
          choices={[
            ['A4', 'A4'],
            ['Letter', 'Letter'],
          ]}
          onChange={(value) => set({ paper: value === 'Letter' ? 'Letter' : 'A4' })}
        />
      </div>
      {draft.period === 'custom' ? (
        <div className="form-row">
          <TextField
            label="First day"
            type="date"

            value={draft.from}
            onChange={(text) => set({ from: text })}
          />
          <TextField
            label="Last day"
            type="date"

            value={draft.to}
            onChange={(text) => set({ to: text })}
          />
        </div>
      ) : null}
      <fieldset>
        <legend className="field-label">As</legend>
        <div className="row-wrap">
          {reportFormats.map((format) => (
            <label key={format} className="check">
              <input
                type="checkbox"
                checked={draft.formats.includes(format)}
                onChange={(event) =>
                  set({
                    formats: reportFormats.filter((each) =>
                      each === format ? event.target.checked : draft.formats.includes(each),
                    ),
                  })
                }
              />
              {formatWords[format]}
            </label>
          ))}
        </div>
      </fieldset>
    </>
  );
}
