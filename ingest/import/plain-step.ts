import type { RowStep } from './row-mapper.ts';
import { hashOf } from './template.ts';

const defaultSource = 'import';

/**
 * The step for files that hold ready-made events, one JSON object a line: they travel as they are, and the server judges them.
 * One without an id gets its line number and a digest of its text, so that importing the same file again changes nothing; one
 * without a source gets `import`.
 */
export function createPlainStep(): RowStep {
  return ({ line, raw, cells }) => {
    const id = isName(cells['id']) ? {} : { id: `line-${line}-${hashOf([raw], 24)}` };
    const source = isName(cells['source']) ? {} : { source: defaultSource };
    return { kind: 'events', events: [{ ...cells, ...id, ...source }], isCorrection: false };
  };
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
