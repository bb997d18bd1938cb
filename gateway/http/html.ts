/** Markup that is safe to put into a page. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Html[];

/** Tagged template: every value is escaped unless it is markup already, so text can never become a tag or an attribute. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0] ?? '';
  for (const [i, part] of parts.entries()) markup += renderPart(part) + (strings[i + 1] ?? '');
  return { markup };
}

export const nothing: Html = { markup: '' };

/** A whole page without scripts, in the look of the product. */
export function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · Weir</title>
        <link rel="stylesheet" href="/weir-pages.css" />
      </head>
      <body>
        ${body}
      </body>
    </html>`.markup;
}

function renderPart(part: Part): string {
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map((item) => item.markup).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? '');
}
