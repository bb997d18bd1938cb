import { useState, type ReactNode } from 'react';
import type { SubscribedWhat } from '../../platform/contracts/alert-subscription.ts';
import { familyWords } from '../data/alert-words.ts';
import { useQuery } from '../data/hooks.ts';
import { families } from '../data/wire-alerts.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Icon } from '../ui/icons.tsx';

const severities = ['info', 'warning', 'critical'] as const;

/** Which alerts: families or single KPIs, of which channels, from which severity up. */
export function SubscriptionWhat({
  what,
  onChange,
}: {
  readonly what: SubscribedWhat;
  readonly onChange: (what: SubscribedWhat) => void;
}): ReactNode {
  const { queries } = useWorkspace();
  const kpis = useQuery(queries.kpis, 'all');
  const [channelText, setChannelText] = useState(what.channels.join(', '));
  const titleOf = (key: string): string => kpis.data?.kpis.find((each) => each.key === key)?.title ?? key;
  const toggle = <T,>(list: readonly T[], value: T, isIn: boolean): T[] =>
    isIn ? [...list, value] : list.filter((each) => each !== value);
  return (
    <fieldset className="group">
      <legend>What</legend>
      <p className="small quiet">Nothing chosen means everything. Missing events always reach you.</p>
      <div className="choices">
        {families
          .filter((family) => family !== 'feed')
          .map((family) => (
            <label key={family} className="check">
              <input
                type="checkbox"
                checked={what.families.includes(family)}
                onChange={(event) =>
                  onChange({ ...what, families: toggle(what.families, family, event.target.checked) })
                }
              />
              {familyWords[family]}
            </label>
          ))}
      </div>
      <div className="form-row">
        <Field label="Only these KPIs">
          {(ids) => (
            <select
              {...ids}
              className="select"
              value=""
              onChange={(event) => {
                const key = event.target.value;
                if (key !== '' && !what.kpis.includes(key)) onChange({ ...what, kpis: [...what.kpis, key] });
              }}
            >
              <option value="">{what.kpis.length === 0 ? 'every KPI' : 'add another'}</option>
              {(kpis.data?.kpis ?? []).map(({ key, title }) => (
                <option key={key} value={key}>
                  {title}
                </option>
              ))}
            </select>
          )}
        </Field>
        <ChoiceField
          label="From severity"
          value={what.minSeverity}
          choices={severities.map((severity) => [severity, severity])}
          onChange={(chosen) =>
            onChange({
              ...what,
              minSeverity: severities.find((each) => each === chosen) ?? 'warning',
            })
          }
        />
      </div>
      {what.kpis.length === 0 ? null : (
        <div className="chips">
          {what.kpis.map((key) => (
            <button
              key={key}
              type="button"
              className="button button-small"
              onClick={() => onChange({ ...what, kpis: what.kpis.filter((each) => each !== key) })}
            >
              {titleOf(key)} <Icon name="close" />
              <span className="unseen">, take away</span>
            </button>
          ))}
        </div>
      )}
      <TextField
        label="Only these channels"
        hint="Names with commas between; empty: all, and the totals."
        value={channelText}
        onChange={(text) => {
          setChannelText(text);
          const channels = text
            .split(',')
            .map((each) => each.trim())
            .filter((each) => each !== '');
          onChange({ ...what, channels });
        }}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={what.withGood}
          onChange={(event) => onChange({ ...what, withGood: event.target.checked })}
        />
        Also what is good news
      </label>
    </fieldset>
  );
}
