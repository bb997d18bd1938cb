import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { RenderSchedule } from '../../platform/contracts/render.ts';
import type { LinkSigner } from '../../platform/signed-link/signed-link.ts';
import type { HttpApp, PageRequest } from '../adapters/express.ts';
import { html, page } from '../http/html.ts';
import { messagePage } from '../http/link-pages.ts';
import type { AlertRecords } from './alert-records.ts';

/** Records that name contact points mail goes to. Keys are `<tenant>.<id>`. */
export interface MailBook {
  /** What links of this book are signed for. */
  readonly purpose: string;
  /** What the record is called in a sentence; undefined where it does not name this contact point. */
  nameOf(key: string, contactId: string): string | undefined;
  takeOut(key: string, contactId: string): Promise<void>;
}

/** Subscriptions of alerts, with where they escalate to. */
export function subscriptionBook({ subscriptions }: Pick<AlertRecords, 'subscriptions'>): MailBook {
  return {
    purpose: 'unsubscribe',
    nameOf: (key, contactId) => {
      const known = subscriptions.get(key);
      return known?.where.includes(contactId) === true ? `the subscription “${known.name}”` : undefined;
    },
    takeOut: async (key, contactId) => {
      await subscriptions.update(key, (current) => {
        if (current === undefined) return undefined;
        const without = (ids: readonly string[]): string[] => ids.filter((id) => id !== contactId);
        const where = without(current.where);
        const to = without(current.escalation?.to ?? []);
        return {
          ...current,
          where,
          escalation: current.escalation === null || to.length === 0 ? null : { ...current.escalation, to },
          isOn: current.isOn && where.length + to.length > 0,
        };
      });
    },
  };
}

/** Schedules of reports; one without recipients goes on and mails nobody. */
export function scheduleBook(schedules: Pick<KvMirror<RenderSchedule>, 'get' | 'update'>): MailBook {
  return {
    purpose: 'unsubscribe-report',
    nameOf: (key, contactId) => {
      const known = schedules.get(key);
      return known?.recipients?.includes(contactId) === true ? `the report “${known.title}”` : undefined;
    },
    takeOut: async (key, contactId) => {
      await schedules.update(key, (current) =>
        current?.recipients === undefined
          ? undefined
          : { ...current, recipients: current.recipients.filter((id) => id !== contactId) },
      );
    },
  };
}

/**
 * The link in every mail, without a sign-in. Opening it asks, since mail programs open links by themselves; a POST does it, from the page or as the
 * one click of RFC 8058 from the mail program's own button. It takes the contact point out of the one record, and may be repeated.
 */
export function mountUnsubscribe(http: HttpApp, books: readonly MailBook[], links: LinkSigner): void {
  const show = ({ response }: PageRequest, status: number, markup: string): void => {
    response.setHeader('Cache-Control', 'no-store');
    response.status(status).type('html').send(markup);
  };
  const find = ({ request }: PageRequest) => {
    const token = new URL(request.originalUrl, 'http://weir').searchParams.get('token') ?? '';
    for (const book of books) {
      const [tenant, id, contactId] = links.verify(book.purpose, token) ?? [];
      if (tenant === undefined || id === undefined || contactId === undefined) continue;
      return { token, book, key: `${tenant}.${id}`, contactId };
    }
    return undefined;
  };
  const wrong = messagePage('This link does not work', 'It is damaged or was not made by this Weir.');
  const done = messagePage('Unsubscribed', 'You get no more mails of this subscription at this address.');

  http.get('/unsubscribe', (request) => {
    const found = find(request);
    if (found === undefined) {
      show(request, 400, wrong);
      return;
    }
    const name = found.book.nameOf(found.key, found.contactId);
    show(request, 200, name === undefined ? done : askPage(found.token, name));
  });
  http.form('/unsubscribe', async (request) => {
    const found = find(request);
    if (found === undefined) {
      show(request, 400, wrong);
      return;
    }
    await found.book.takeOut(found.key, found.contactId);
    show(request, 200, done);
  });
}

function askPage(token: string, name: string): string {
  return page(
    'Unsubscribe',
    html`<main class="narrow">
      <h1>Unsubscribe</h1>
      <p>You will get no more mails of ${name} at this address. What else you subscribed to stays.</p>
      <form method="post" action="/unsubscribe?token=${token}">
        <button type="submit">Unsubscribe</button>
      </form>
    </main>`,
  );
}
