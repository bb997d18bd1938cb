import type { ReactNode } from 'react';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field } from '../ui/form.tsx';
import { LongTextField, TextField } from '../ui/text-field.tsx';
import { PictureField } from './picture-field.tsx';
import { chartCuts, MAX_KPIS, MAX_LINES, type SlideDraft } from './storyboard-draft.ts';

const dayChoices = [
  ['1', 'Yesterday'],
  ['7', 'Last 7 days'],
  ['28', 'Last 4 weeks'],
  ['91', 'Last 13 weeks'],
  ['364', 'Last 52 weeks'],
] as const;
const cutWords = { '': 'The whole', channel: 'By channel', country: 'By country', stream: 'By stream' };

interface Props<K extends SlideDraft['kind']> {
  readonly slide: Extract<SlideDraft, { kind: K }>;
  readonly onChange: (slide: SlideDraft) => void;
}

/** What a slide shows, what is said over it, and how long it stands. */
export function SlideFields({
  slide,
  onChange,
}: {
  readonly slide: SlideDraft;
  readonly onChange: (slide: SlideDraft) => void;
}): ReactNode {
  return (
    <>
      <TextField
        label={slide.kind === 'picture' ? 'Title, or none for the whole slide' : 'Title'}
        maxLength={120}
        value={slide.title}
        onChange={(text) => onChange({ ...slide, title: text })}
      />
      <OwnFields slide={slide} onChange={onChange} />
      <div className="form-row">
        <LongTextField
          label="Spoken"
          hint="Also its captions. Empty: silence."
          rows={2}
          maxLength={1_500}
          value={slide.narration}
          onChange={(text) => onChange({ ...slide, narration: text })}
        />
        <Field label="Seconds, at least">
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="number"
              min={0.5}
              max={60}
              step={0.5}
              value={slide.seconds}
              onChange={(event) => {
                const seconds = Number(event.target.value);
                if (seconds >= 0.5 && seconds <= 60) onChange({ ...slide, seconds });
              }}
            />
          )}
        </Field>
      </div>
    </>
  );
}

function OwnFields({
  slide,
  onChange,
}: {
  readonly slide: SlideDraft;
  readonly onChange: (slide: SlideDraft) => void;
}): ReactNode {
  switch (slide.kind) {
    case 'title':
      return (
        <TextField
          label="Line below"
          hint="Optional."
          maxLength={160}
          value={slide.subtitle}
          onChange={(text) => onChange({ ...slide, subtitle: text })}
        />
      );
    case 'text':
      return (
        <LongTextField
          label="Text"
          hint={`A line a row, at most ${MAX_LINES}.`}
          rows={4}
          value={slide.lines}
          onChange={(text) => onChange({ ...slide, lines: text })}
        />
      );
    case 'picture':
      return <PictureField onChange={(picture) => onChange({ ...slide, picture: picture ?? '' })} />;
    case 'kpis':
      return <KpiFields slide={slide} onChange={onChange} />;
    case 'chart':
      return <ChartFields slide={slide} onChange={onChange} />;
  }
}

/** KPIs with a value over days that have ended: none that looks at a window before its own. */
function useDayKpis(): readonly KpiDefinition[] {
  const { queries } = useWorkspace();
  const list = useQuery(queries.kpis, 'all');
  return (list.data?.kpis ?? []).filter(
    ({ basis, cut, formula, windows }) =>
      basis === undefined &&
      cut === undefined &&
      !/\b(prev|last_\w+)\s*\(/.test(formula) &&
      (windows === undefined || windows.includes('1d')),
  );
}

function KpiFields({ slide, onChange }: Props<'kpis'>): ReactNode {
  const kpis = useDayKpis();
  const titleOf = (key: string): string => kpis.find((kpi) => kpi.key === key)?.title ?? key;
  return (
    <>
      <div className="form-row">
        <ChoiceField
          label="Add a KPI"
          value=""
          choices={[
            ['', slide.kpis.length >= MAX_KPIS ? `At most ${MAX_KPIS}` : 'Choose …'],
            ...kpis
              .filter(({ key }) => !slide.kpis.includes(key))
              .map(({ key, title }) => [key, title] as const),
          ]}
          onChange={(key) => {
            if (key !== '' && slide.kpis.length < MAX_KPIS)
              onChange({ ...slide, kpis: [...slide.kpis, key] });
          }}
        />
        <DaysField days={slide.days} onChange={(days) => onChange({ ...slide, days })} />
      </div>
      <ul className="row-wrap slide-kpis" aria-label="KPIs of the slide">
        {slide.kpis.map((key) => (
          <li key={key}>
            <button
              type="button"
              className="button button-small"
              aria-label={`Take ${titleOf(key)} off the slide`}
              onClick={() => onChange({ ...slide, kpis: slide.kpis.filter((each) => each !== key) })}
            >
              {titleOf(key)} ✕
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function ChartFields({ slide, onChange }: Props<'chart'>): ReactNode {
  const kpis = useDayKpis();
  return (
    <div className="form-row">
      <ChoiceField
        label="KPI"
        value={slide.kpi}
        choices={
          kpis.length === 0 ? [[slide.kpi, slide.kpi]] : kpis.map(({ key, title }) => [key, title] as const)
        }
        onChange={(kpi) => onChange({ ...slide, kpi })}
      />
      <ChoiceField
        label="Cut"
        value={slide.by}
        choices={chartCuts.map((cut) => [cut, cutWords[cut]] as const)}
        onChange={(value) => onChange({ ...slide, by: chartCuts.find((cut) => cut === value) ?? '' })}
      />
      <DaysField days={slide.days} onChange={(days) => onChange({ ...slide, days })} />
    </div>
  );
}

function DaysField({
  days,
  onChange,
}: {
  readonly days: number;
  readonly onChange: (days: number) => void;
}): ReactNode {
  return (
    <ChoiceField
      label="Days"
      value={String(days)}
      choices={dayChoices.map(([count, title]): readonly [string, string] => [count, title])}
      onChange={(value) => onChange(Number(value))}
    />
  );
}
