import { useState, type ReactNode } from 'react';
import { holidayCountries } from '../../platform/contracts/calendar-names.ts';
import type { PlannedEvent } from '../../platform/contracts/calendar.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Fold } from '../ui/fold.tsx';
import { Field, useAction } from '../ui/form.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { PlannedEventDialog } from './planned-event-dialog.tsx';

/** So many that lie ahead are shown at once. */
const AHEAD = 8;

/** What forecasts know of days beside their weekday: whose holidays count, and what is planned. */
export function CalendarPanel(): ReactNode {
  const { api, can, queries } = useWorkspace();
  const calendar = useQuery(queries.calendar, 'all');
  const action = useAction();
  const [isOpen, setOpen] = useState(false);
  const mayChange = can('kpis:write');
  const { country = null, events = [] } = calendar.data ?? {};
  return (
    <section className="panel stack-tight" aria-labelledby="calendar-title">
      <div className="row spread">
        <h2 id="calendar-title">Holidays and planned events</h2>
        {mayChange ? (
          <button type="button" className="button" onClick={() => setOpen(true)}>
            Add event
          </button>
        ) : null}
      </div>
      <p className="quiet">
        A kind of event counts in the forecast of a series once it has moved that series on three occasions
        and reckoning with it made past forecasts better. Past ones are worth adding for that. Days on which
        nothing arrived count as days without income, unless a data outage is recorded for them.
      </p>
      {calendar.problem === undefined ? null : (
        <ProblemNote problem={calendar.problem} onRetry={queries.calendar.refresh} />
      )}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      {calendar.data === undefined ? (
        calendar.problem === undefined && <Skeleton height={96} />
      ) : (
        <>
          <Field label="Public holidays of">
            {(ids) => (
              <select
                {...ids}
                className="select forecast-country"
                value={country ?? ''}
                disabled={!mayChange}
                aria-disabled={action.isRunning}
                onChange={({ target }) =>
                  action.run(async () => {
                    await api.setHolidayCountry(target.value === '' ? null : target.value);
                    queries.calendar.refresh();
                  })
                }
              >
                <option value="">no country</option>
                {named.map(({ code, name }) => (
                  <option key={code} value={code}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {events.length === 0 ? (
            <Empty title="Nothing is planned">
              <p>
                Promotions, campaigns, price changes, releases, closures and data outages, with their days.
              </p>
            </Empty>
          ) : (
            <Planned events={events} mayChange={mayChange} />
          )}
        </>
      )}
      {isOpen ? <PlannedEventDialog onClose={() => setOpen(false)} /> : null}
    </section>
  );
}

/** What is ahead, the next first; what is over stays for the forecasts to learn from, behind its number. */
function Planned({
  events,
  mayChange,
}: {
  readonly events: readonly PlannedEvent[];
  readonly mayChange: boolean;
}): ReactNode {
  const { nowMs, zone } = useWorkspace();
  const today = zone.dateText(nowMs());
  const sorted = events.toSorted((a, b) => a.from.localeCompare(b.from));
  const ahead = sorted.filter(({ to }) => to >= today);
  const over = sorted.filter(({ to }) => to < today).toReversed();
  const list = (shown: readonly PlannedEvent[]): ReactNode => (
    <ul className="milestones">
      {shown.map((event) => (
        <Row key={event.id} event={event} mayChange={mayChange} />
      ))}
    </ul>
  );
  return (
    <>
      {ahead.length === 0 ? <p className="quiet">Nothing is ahead.</p> : list(ahead.slice(0, AHEAD))}
      {ahead.length <= AHEAD ? null : (
        <Fold title="Later" count={ahead.length - AHEAD} isOpen={false}>
          {list(ahead.slice(AHEAD))}
        </Fold>
      )}
      {over.length === 0 ? null : (
        <Fold title="Over" count={over.length} isOpen={ahead.length === 0}>
          {list(over)}
        </Fold>
      )}
    </>
  );
}

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });
const named = holidayCountries
  .map((code) => ({ code, name: regions.of(code) ?? code }))
  .sort((a, b) => a.name.localeCompare(b.name));

function Row({ event, mayChange }: { readonly event: PlannedEvent; readonly mayChange: boolean }): ReactNode {
  const { api, format, queries, zone } = useWorkspace();
  const action = useAction();
  const { from, kind, knownFrom, label, to } = event;
  const day = (text: string): string => {
    const startMs = zone.fromDateText(text);
    return startMs === undefined ? text : format.date(startMs);
  };
  return (
    <li className="row spread">
      <div>
        <p className="strong">{label}</p>
        <p className="small quiet">
          {kind}, {from === to ? day(from) : `${day(from)} to ${day(to)}`}, known from {day(knownFrom)}
        </p>
        {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      </div>
      {mayChange ? (
        <button
          type="button"
          className="button button-small"
          aria-disabled={action.isRunning}
          onClick={() =>
            action.run(async () => {
              await api.removePlannedEvent(event.id);
              queries.calendar.refresh();
            })
          }
        >
          Remove<span className="unseen"> {label}</span>
        </button>
      ) : null}
    </li>
  );
}
