import { useEffect, useMemo, useRef, useState } from 'react';
import { useParam } from '../data/router.ts';
import type { Guard } from '../data/guard.ts';

/** A slider moves often; what is asked follows when it rests for so long. */
const REST_MS = 150;

export interface HeldQuestion<T> {
  /** What the address says and the server is asked. */
  readonly asked: T;
  /** What the controls show: ahead of it while something is moved. */
  readonly drafted: T;
  readonly change: (next: T) => void;
}

/** A question held in the address as JSON, so that a link asks the same. What cannot be read is the empty question. */
export function useQuestion<T>(name: string, isQuestion: Guard<T>, empty: T): HeldQuestion<T> {
  const [text, setText] = useParam(name);
  const asked = useMemo(() => read(text, isQuestion) ?? empty, [text, isQuestion, empty]);
  const [draft, setDraft] = useState<T>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    asked,
    drafted: draft ?? asked,
    change: (next) => {
      setDraft(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const json = JSON.stringify(next);
        setText(json === '{}' ? '' : json);
        setDraft(undefined);
      }, REST_MS);
    },
  };
}

function read<T>(text: string, isQuestion: Guard<T>): T | undefined {
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isQuestion(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
