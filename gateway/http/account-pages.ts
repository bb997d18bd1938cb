import { html, nothing, page, type Html } from './html.ts';

/** Pages that work without scripts: a one-time link must do its work in any browser, whatever state the app is in. */

export function signInPage(message: string | undefined, email: string): string {
  return page(
    'Sign in',
    html`<main class="narrow">
      <h1>Sign in</h1>
      ${notice(message)}
      <form method="post" action="/sign-in">
        <label
          >E-mail address
          <input name="email" type="email" autocomplete="username" required maxlength="254" value="${email}"
        /></label>
        <label
          >Password
          <input name="password" type="password" autocomplete="current-password" required maxlength="256"
        /></label>
        <button type="submit">Sign in</button>
      </form>
      <p class="quiet">
        No password yet? Open the link from your invitation. The owner gets a link where Weir was started.
      </p>
    </main>`,
  );
}

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

export interface AccountFacts {
  readonly email: string;
  readonly passwordSet: boolean;
}

export function accountPage(account: AccountFacts, message: string | undefined): string {
  const { email, passwordSet } = account;
  return page(
    'Account',
    html`<main class="narrow">
      <h1>Your account</h1>
      <p class="quiet">${email}</p>
      ${notice(message)}
      <form method="post" action="/account">
        <input type="hidden" name="username" autocomplete="username" value="${email}" />
        ${
          passwordSet
            ? html`<label
                >Current password
                <input
                  name="current"
                  type="password"
                  autocomplete="current-password"
                  required
                  maxlength="256"
              /></label>`
            : nothing
        }
        <label
          >New password, eight characters or more
          <input
            name="password"
            type="password"
            autocomplete="new-password"
            required
            minlength="8"
            maxlength="256"
        /></label>
        <button type="submit">${passwordSet ? 'Change password' : 'Set password'}</button>
      </form>
      <p><a href="/">Back to the dashboards</a></p>
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

function notice(message: string | undefined): Html {
  return message === undefined ? nothing : html`<p class="bad" role="alert">${message}</p>`;
}
