import { WeirError } from '../../platform/errors/weir-error.ts';

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value a JSON pointer (RFC 6901) leads to, own members only; undefined when nothing is there. */
export function at(value: unknown, pointer: string): unknown {
  let here = value;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = Object.getOwnPropertyDescriptor(here, name)?.value;
  }
  return here;
}

/** The list a pointer leads to. Throws SOURCE_ANSWER_INVALID. */
export function listAt(value: unknown, pointer: string): readonly unknown[] {
  const list = at(value, pointer);
  if (!Array.isArray(list))
    throw new WeirError(
      'SOURCE_ANSWER_INVALID',
      `The answer has no list at ${pointer === '' ? 'its root' : pointer}.`,
    );
  return list;
}
