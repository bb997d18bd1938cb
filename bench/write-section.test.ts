import { expect, test } from 'vitest';
import { withSection } from './write-section.ts';

const text = '# Benchmarks\n\nIntro.\n\n## spine\n\nold\n\n## soak\n\nkept\n';

test('replaces a section in its place and keeps the others', () => {
  expect(withSection(text, 'spine', 'new')).toBe(
    '# Benchmarks\n\nIntro.\n\n## spine\n\nnew\n\n## soak\n\nkept\n',
  );
});

test('adds a section that is not there', () => {
  expect(withSection(text, 'trends', 'first')).toBe(`${text}\n## trends\n\nfirst\n`);
});

test('a section inside another one does not end it', () => {
  expect(withSection('# B\n\n## a\n\n### part\n\nx\n', 'a', 'y')).toBe('# B\n\n## a\n\ny\n');
});
