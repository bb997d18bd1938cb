import type { LinkSigner } from '../../platform/signed-link/signed-link.ts';
import type { HttpApp, PageRequest } from '../adapters/express.ts';
import { html, page } from '../http/html.ts';
import { messagePage } from '../http/link-pages.ts';
import type { AlertRecords } from './alert-records.ts';

/** What unsubscribe links are signed for. */
const PURPOSE = 'unsubscribe';

/**
 * The link in every mail, without a sign-in. Opening it asks, since mail programs open links by themselves; a POST does it, from the page or as the
 * one click of RFC 8058 from the mail program's own button. It takes the contact point out of the one subscription, and may be repeated.
 */
export function mountUnsubscribe(http: HttpApp, records: AlertRecords, links: LinkSigner): void {
  const show = ({ response }: PageRequest, status: number, markup: string): void => {
    response.setHeader('Cache-Control', 'no-store');
    response.status(status).type('html').send(markup);
  };
  const find = ({ request }: PageRequest) => {
    const token = new URL(request.originalUrl, 'http://weir').searchParams.get('token') ?? '';
    const [tenant, subscriptionId, contactId] = links.verify(PURPOSE, token) ?? [];
    if (tenant === undefined || subscriptionId === undefined || contactId === undefined) return undefined;
    const key = `${tenant}.${subscriptionId}`;
    return { token, key, contactId, subscription: records.subscriptions.get(key) };
  };
  const wrong = messagePage('This link does not work', 'It is damaged or was not made by this Weir.');
  const done = messagePage('Unsubscribed', 'You get no more mails of this subscription at this address.');

  http.get('/unsubscribe', (request) => {
    const found = find(request);
    if (found === undefined) show(request, 400, wrong);
    else if (found.subscription === undefined || !found.subscription.where.includes(found.contactId))
      show(request, 200, done);
    else show(request, 200, askPage(found.token, found.subscription.name));
  });
  http.form('/unsubscribe', async (request) => {
    const found = find(request);
    if (found === undefined) {
      show(request, 400, wrong);
      return;
    }
    await records.subscriptions.update(found.key, (current) => {
      if (current === undefined) return undefined;
      const without = (ids: readonly string[]): string[] => ids.filter((id) => id !== found.contactId);
      const where = without(current.where);
      const to = without(current.escalation?.to ?? []);
      return {
        ...current,
        where,
        escalation: current.escalation === null || to.length === 0 ? null : { ...current.escalation, to },
        isOn: current.isOn && where.length + to.length > 0,
      };
    });
    show(request, 200, done);
  });
}

function askPage(token: string, name: string): string {
  return page(
    'Unsubscribe',
    html`<main class="narrow">
      <h1>Unsubscribe</h1>
      <p>
        You will get no more mails of the subscription “${name}” at this address. Other subscriptions stay.
      </p>
      <form method="post" action="/unsubscribe?token=${token}">
        <button type="submit">Unsubscribe</button>
      </form>
    </main>`,
  );
}
