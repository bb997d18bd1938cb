import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html, page } from './html.ts';

test('text is escaped, markup and numbers are not', () => {
  const item = html`<b>${'<i>&"\''}</b>`;
  expect(item.markup).toBe('<b>&lt;i&gt;&amp;&quot;&#39;</b>');
  expect(html`${1}${item}${[item, item]}`.markup).toBe(`1${item.markup.repeat(3)}`);
});

test('no text can open a tag or leave an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { markup } = html`<a title="${text}">${text}</a>`;
      expect(markup.replace('<a title="', '').replace('</a>', '').replace('">', '')).not.toMatch(/[<>"']/);
    }),
  );
});

test('a title is escaped too', () => {
  expect(page('</title><script>', html``)).not.toContain('<script>');
});
