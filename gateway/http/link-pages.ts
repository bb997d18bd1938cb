import { html, page } from './html.ts';

/** Pages that work without scripts: a one-time link must do its work in any browser, whatever state the app is in. */

export function welcomePage(token: string): string {
  return page(
    'Welcome',
    html`<main class="narrow">
      <h1>Welcome to Weir</h1>
      <p>This link signs you in. It works once.</p>
      <form method="post" action="/welcome">
        <input type="hidden" name="token" value="${token}" />
        <button type="submit">Sign in</button>
      </form>
    </main>`,
  );
}

export function messagePage(title: string, text: string): string {
  return page(
    title,
    html`<main class="narrow">
      <h1>${title}</h1>
      <p>${text}</p>
      <p><a href="/">To the dashboards</a></p>
    </main>`,
  );
}
