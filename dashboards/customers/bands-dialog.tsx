import { useState, type ReactNode } from 'react';
import type { ChurnBand } from '../../platform/contracts/churn-bands.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Form, useAction } from '../ui/form.tsx';
import { bandWords } from './words.ts';

/** A band as it is written: percentages and a list with commas. */
interface Draft {
  readonly band: ChurnBand['band'];
  readonly from: string;
  readonly campaign: string;
  readonly discount: string;
}

/** Sets from which chance on a customer is in a band, and what is done about it. They count from the next scoring on. */
export function BandsDialog({
  bands,
  onClose,
}: {
  readonly bands: readonly ChurnBand[];
  readonly onClose: () => void;
}): ReactNode {
  const { api, queries } = useWorkspace();
  const action = useAction();
  const [drafts, setDrafts] = useState(() => bands.map(draftOf));
  const change = (at: number, to: Partial<Draft>): void =>
    setDrafts((before) => before.map((draft, i) => (i === at ? { ...draft, ...to } : draft)));
  const save = async (): Promise<void> => {
    await api.setChurnBands({ bands: drafts.map(bandOf) });
    queries.churnBands.refresh();
    onClose();
  };
  return (
    <Dialog title="Bands and campaigns" onClose={onClose}>
      <Form
        label="Bands and campaigns"
        action={action}
        onSubmit={save}
        buttons={
          <>
            <button type="button" className="button" onClick={onClose}>
              Cancel
            </button>
            <button type="submit" className="button button-primary" disabled={action.isRunning}>
              Save
            </button>
          </>
        }
      >
        <p className="quiet">
          A campaign is steps with commas between them; empty: nothing is done. All of it counts from the next
          scoring on: “Score now” does it at once.
        </p>
        {drafts.map((draft, i) => (
          <fieldset key={draft.band} className="stack-tight">
            <legend className="strong">{bandWords[draft.band].title}</legend>
            <div className="form-row">
              <Field label="From, %" fault={action.faultOf(`bands/${i}/from`)}>
                {(ids) => (
                  <input
                    {...ids}
                    className="input"
                    inputMode="decimal"
                    required
                    disabled={i === 0}
                    value={draft.from}
                    onChange={({ target }) => change(i, { from: target.value })}
                  />
                )}
              </Field>
              <Field label="Discount, %" fault={action.faultOf(`bands/${i}/discount`)}>
                {(ids) => (
                  <input
                    {...ids}
                    className="input"
                    inputMode="decimal"
                    required
                    value={draft.discount}
                    onChange={({ target }) => change(i, { discount: target.value })}
                  />
                )}
              </Field>
            </div>
            <Field label="Campaign" fault={action.faultOf(`bands/${i}/campaign`)}>
              {(ids) => (
                <input
                  {...ids}
                  className="input"
                  maxLength={360}
                  value={draft.campaign}
                  onChange={({ target }) => change(i, { campaign: target.value })}
                />
              )}
            </Field>
          </fieldset>
        ))}
      </Form>
    </Dialog>
  );
}

function draftOf({ band, campaign, discount, from }: ChurnBand): Draft {
  return { band, campaign: campaign.join(', '), discount: percentOf(discount), from: percentOf(from) };
}

/** What is no number goes to the server as none, which says so. */
function bandOf({ band, campaign, discount, from }: Draft): ChurnBand {
  return {
    band,
    campaign: campaign
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
    discount: shareOf(discount),
    from: shareOf(from),
  };
}

/** Without what halves leave in floating point: 0.07 is 7, not 7.000000000000001. */
function percentOf(share: number): string {
  return String(Math.round(1e6 * share) / 1e4);
}

function shareOf(percent: string): number {
  return Math.round(1e4 * Number(percent.replace(',', '.'))) / 1e6;
}
