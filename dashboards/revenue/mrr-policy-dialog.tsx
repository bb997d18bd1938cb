import { useState, type ReactNode } from 'react';
import type { MrrPolicyReply, MrrPolicyRequest } from '../../platform/contracts/recurring.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Field, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Icon } from '../ui/icons.tsx';
import { policyChoices, presetTitles } from './mrr-policy-words.ts';

interface RateDraft {
  readonly id: number;
  readonly from: string;
  readonly currency: string;
  readonly rate: string;
}

/** Sets the next version of the rules; a preset fills in all of them, rates and segments stay the tenant's. */
export function MrrPolicyDialog({
  reply,
  onClose,
}: {
  readonly reply: MrrPolicyReply;
  readonly onClose: () => void;
}): ReactNode {
  const { api, queries, format } = useWorkspace();
  const action = useAction();
  const { version: _version, updatedAtMs: _at, updatedBy: _by, ...before } = reply.policy;
  const [draft, setDraft] = useState<MrrPolicyRequest>(before);
  const [margin, setMargin] = useState(before.grossMargin === null ? '' : String(before.grossMargin * 100));
  const [away, setAway] = useState(before.reactivationDays === null ? '' : String(before.reactivationDays));
  const [rates, setRates] = useState<readonly RateDraft[]>(() =>
    before.rates.map((rate, id) => ({
      id,
      from: rate.from,
      currency: rate.currency,
      rate: String(rate.rate),
    })),
  );
  const set = (change: Partial<MrrPolicyRequest>): void =>
    setDraft((held) => ({ ...held, preset: 'custom', ...change }));
  const choosePreset = (name: string): void => {
    const preset = reply.presets.find((each) => each.preset === name);
    if (preset === undefined) return;
    setDraft((held) => ({
      ...preset,
      rates: held.rates,
      segmentBy: held.segmentBy,
      grossMargin: held.grossMargin,
    }));
    setAway(preset.reactivationDays === null ? '' : String(preset.reactivationDays));
  };
  const isNumber = (text: string, low: number, high: number): boolean =>
    text.trim() === '' || (Number(text) >= low && Number(text) <= high);
  const isBad = (rate: RateDraft): boolean =>
    !/^[A-Z]{3}$/.test(rate.currency) || !(Number(rate.rate) > 0) || !/^\d{4}-\d{2}-\d{2}$/.test(rate.from);
  const isReady = isNumber(margin, 0.1, 100) && isNumber(away, 1, 3_650) && !rates.some(isBad);
  const save = async (): Promise<void> => {
    await api.setMrrPolicy({
      ...draft,
      grossMargin: margin.trim() === '' ? null : Number(margin) / 100,
      reactivationDays: away.trim() === '' ? null : Math.round(Number(away)),
      rates: rates.map((rate) => ({ from: rate.from, currency: rate.currency, rate: Number(rate.rate) })),
    });
    queries.mrrPolicy.refresh();
    queries.recurring.refresh();
    onClose();
  };
  const setRate = (id: number, change: Partial<RateDraft>): void =>
    setRates(rates.map((rate) => (rate.id === id ? { ...rate, ...change } : rate)));
  return (
    <FormDialog
      title="What counts as recurring revenue"
      onClose={onClose}
      place="side"
      submit={`Set version ${reply.policy.version + 1}`}
      action={action}
      onSubmit={save}
      isReady={isReady}
    >
      <p className="quiet small">
        All months are worked out anew by the new rules. Earlier versions are kept.
      </p>
      <Field label="Start from" hint="After the definitions these products publish.">
        {(ids) => (
          <select
            {...ids}
            className="select"
            value={draft.preset}
            onChange={(event) => choosePreset(event.target.value)}
          >
            {reply.presets.map(({ preset }) => (
              <option key={preset} value={preset}>
                {presetTitles[preset]}
              </option>
            ))}
            {draft.preset === 'custom' ? <option value="custom">{presetTitles.custom}</option> : null}
          </select>
        )}
      </Field>
      {policyChoices.map(({ id, title, options }) => (
        <ChoiceField
          key={id}
          label={title}
          fault={action.faultOf(id)}
          value={draft[id]}
          choices={options}
          onChange={(chosen) => set({ [id]: chosen })}
        />
      ))}
      <TextField
        label="Changes within so many minutes are one"
        hint="Only where each change is a movement."
        type="number"
        min={0}
        max={10_080}
        value={String(draft.groupMinutes)}
        onChange={(text) => set({ groupMinutes: Math.round(Number(text) || 0) })}
      />
      <TextField
        label="Days of grace for a payment that does not come"
        type="number"
        min={0}
        max={90}
        value={String(draft.graceDays)}
        onChange={(text) => set({ graceDays: Math.round(Number(text) || 0) })}
      />
      <TextField
        label="Days after which a returning customer is new"
        hint="Empty: always a reactivation."
        fault={isNumber(away, 1, 3_650) ? undefined : 'Write a number from 1 to 3650, or nothing.'}
        inputMode="numeric"
        value={away}
        onChange={(text) => {
          setAway(text);
          set({});
        }}
      />
      <TextField
        label="Gross margin in percent"
        hint="For LTV and payback. Empty: measured."
        fault={isNumber(margin, 0.1, 100) ? undefined : 'Write a number from 0.1 to 100, or nothing.'}
        inputMode="decimal"
        value={margin}
        onChange={setMargin}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={draft.quickRatioReactivation}
          onChange={(event) => set({ quickRatioReactivation: event.target.checked })}
        />
        <span>The quick ratio counts reactivation</span>
      </label>
      <fieldset className="stack-tight">
        <legend className="field-label">Dated rates</legend>
        <p className="field-hint">
          What one unit of a currency is worth in {format.context.currency} from a date on. Without any, the
          rate of the settings holds.
        </p>
        <ul className="policy-rates stack-tight">
          {rates.map((rate) => (
            <li key={rate.id}>
              <input
                className="input"
                type="date"
                aria-label="From"
                value={rate.from}
                onChange={(event) => setRate(rate.id, { from: event.target.value })}
              />
              <input
                className="input"
                aria-label="Currency"
                maxLength={3}
                placeholder="EUR"
                value={rate.currency}
                onChange={(event) => setRate(rate.id, { currency: event.target.value.toUpperCase() })}
              />
              <input
                className="input"
                aria-label={`One ${rate.currency} in ${format.context.currency}`}
                inputMode="decimal"
                value={rate.rate}
                onChange={(event) => setRate(rate.id, { rate: event.target.value })}
              />
              <button
                type="button"
                className="icon-button"
                aria-label={`Remove the rate of ${rate.currency} from ${rate.from}`}
                onClick={() => setRates(rates.filter((each) => each.id !== rate.id))}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
        <div>
          <button
            type="button"
            className="button button-small"
            onClick={() =>
              setRates([
                ...rates,
                { id: Math.max(0, ...rates.map((rate) => rate.id)) + 1, from: '', currency: '', rate: '' },
              ])
            }
          >
            <Icon name="plus" /> Add a rate
          </button>
        </div>
      </fieldset>
    </FormDialog>
  );
}
