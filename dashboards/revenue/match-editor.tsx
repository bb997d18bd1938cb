import { useState, type ReactNode } from 'react';
import type { EventMatch } from '../../platform/contracts/analytics.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Icon } from '../ui/icons.tsx';

/** Titles of all event types there are, by type. */
export function useEventTitles(): ReadonlyMap<string, string> {
  const { queries } = useWorkspace();
  const types = useQuery(queries.eventTypes, 'all');
  return new Map((types.data?.types ?? []).map(({ title, type }) => [type, title]));
}

/** A list of kinds of events: each a type and, where wanted, the values one of its fields may have. */
export function MatchEditor({
  label,
  one,
  matches,
  most,
  fewest,
  isOrdered = false,
  onChange,
}: {
  readonly label: string;
  /** "step": what an entry is called. */
  readonly one: string;
  readonly matches: readonly EventMatch[];
  readonly fewest: number;
  readonly most: number;
  readonly isOrdered?: boolean;
  readonly onChange: (matches: readonly EventMatch[]) => void;
}): ReactNode {
  const titles = useEventTitles();
  const set = (at: number, match: EventMatch): void =>
    onChange(matches.map((each, i) => (i === at ? match : each)));
  const move = (at: number): void => {
    const next = [...matches];
    next.splice(at - 1, 0, ...next.splice(at, 1));
    onChange(next);
  };
  return (
    <fieldset className="plain-fieldset stack-tight">
      <legend className="field-label">{label}</legend>
      {matches.map((match, i) => (
        <MatchRow
          // By place: a row that is made anew at every change would lose the focus.
          key={i}
          name={`${one} ${i + 1}`}
          number={i + 1}
          match={match}
          titles={titles}
          onChange={(next) => set(i, next)}
          onUp={isOrdered && i > 0 ? () => move(i) : undefined}
          onRemove={
            matches.length > fewest ? () => onChange(matches.filter((_match, at) => at !== i)) : undefined
          }
        />
      ))}
      {matches.length < most ? (
        <button
          type="button"
          className="button button-small add-match"
          onClick={() => onChange([...matches, { type: matches.at(-1)?.type ?? 'signup' }])}
        >
          <Icon name="plus" /> Add a {one}
        </button>
      ) : null}
    </fieldset>
  );
}

function MatchRow({
  name,
  number,
  match,
  titles,
  onChange,
  onUp,
  onRemove,
}: {
  readonly name: string;
  readonly number: number;
  readonly match: EventMatch;
  readonly titles: ReadonlyMap<string, string>;
  readonly onChange: (match: EventMatch) => void;
  readonly onUp: (() => void) | undefined;
  readonly onRemove: (() => void) | undefined;
}): ReactNode {
  const [field, setField] = useState(match.where?.field ?? '');
  const [values, setValues] = useState(match.where?.in.join(' | ') ?? '');
  // What is being typed gives way when the address says something else.
  const told = JSON.stringify(match);
  const [held, setHeld] = useState(told);
  if (held !== told) {
    setHeld(told);
    setField(match.where?.field ?? '');
    setValues(match.where?.in.join(' | ') ?? '');
  }
  const isField = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/.test(field);
  const settle = (): void => {
    const listed = values
      .split('|')
      .map((value) => value.trim())
      .filter((value) => value !== '')
      .slice(0, 32);
    const next: EventMatch =
      isField && listed.length > 0
        ? { type: match.type, where: { field, in: listed } }
        : { type: match.type };
    if (JSON.stringify(next) !== JSON.stringify(match)) onChange(next);
  };
  return (
    <div className="match" role="group" aria-label={name}>
      <span className="match-number" aria-hidden="true">
        {number}
      </span>
      <select
        className="select"
        aria-label={`${name}: event type`}
        value={match.type}
        onChange={(event) => onChange({ ...match, type: event.target.value })}
      >
        {[...new Set([match.type, ...titles.keys()])].map((type) => (
          <option key={type} value={type}>
            {titles.get(type) ?? type}
          </option>
        ))}
      </select>
      <input
        className="input"
        aria-label={`${name}: field`}
        placeholder="any field"
        value={field}
        maxLength={128}
        onChange={(event) => setField(event.target.value.trim())}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === 'Enter') settle();
        }}
      />
      <input
        className="input"
        aria-label={`${name}: values, with | between several`}
        placeholder="value | other"
        value={values}
        onChange={(event) => setValues(event.target.value)}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === 'Enter') settle();
        }}
      />
      {onUp === undefined ? null : (
        <button type="button" className="button button-small" onClick={onUp}>
          Up
        </button>
      )}
      {onRemove === undefined ? null : (
        <button type="button" className="icon-button" aria-label={`Remove ${name}`} onClick={onRemove}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
