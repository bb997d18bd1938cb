import type { AlertMessage } from '../../../platform/contracts/alert-thread.ts';
import { domainOf, escape, link, oneLine } from './mail-text.ts';
import { because, countLines, headline, itemLines, threadLines, threadLinks, type Links } from './words.ts';

export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly messageId: string;
  readonly inReplyTo: string | undefined;
  readonly references: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly html: string;
  readonly attachments?: readonly MailAttachment[];
}

export interface MailAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

export interface MailFacts extends Links {
  readonly from: string;
  readonly to: string;
  readonly contactId: string;
  /** Works without sign-in, for this subscription and contact point alone. */
  readonly unsubscribeUrl: string;
}

/**
 * A message as a mail. All mails of a thread to one contact point refer to one root, the id of the first, so that mail programs show the fire and its
 * end together (RFC 5322 3.6.4). The id is the same over retries. One-click unsubscribe by RFC 8058; answers to robots are not wanted (RFC 3834).
 */
export function mailOf(message: AlertMessage, facts: MailFacts): Mail {
  const domain = domainOf(facts.from);
  const [first] = message.threads;
  const isThread = message.kind === 'thread' && first !== undefined;
  const root = isThread
    ? `<${first.threadId}.${message.subscriptionId}.${facts.contactId}@${domain}>`
    : undefined;
  const isFirst = isThread && first.number === 1 && !message.isEscalation;
  const messageId = isFirst && root !== undefined ? root : `<${message.id}.${facts.contactId}@${domain}>`;
  const reply = isFirst ? undefined : root;
  return {
    from: facts.from,
    to: facts.to,
    subject: oneLine(headline(message)).slice(0, 200),
    messageId,
    inReplyTo: reply,
    references: reply,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(message.kind === 'test'
        ? {}
        : {
            'List-Unsubscribe': `<${facts.unsubscribeUrl}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
            'List-Id': `<${message.subscriptionId}.${message.tenant}.alerts.${domain}>`,
          }),
    },
    text: textOf(message, facts),
    html: htmlOf(message, facts),
  };
}

function textOf(message: AlertMessage, facts: MailFacts): string {
  const parts: string[] = [headline(message), ''];
  for (const thread of message.threads) {
    const { lines, title } = threadLines(message, thread);
    const links = threadLinks(facts, message, thread);
    parts.push(`== ${title}`, ...lines);
    for (const item of thread.items) {
      if (thread.items.length > 1 || item.title !== title) parts.push('', `* ${item.title}`);
      parts.push(...itemLines(message, item).map((line) => `  ${line}`));
    }
    if (thread.more > 0) parts.push(`  and ${thread.more} more`);
    parts.push('', `Open:        ${links.open}`);
    if (thread.state === 'firing')
      parts.push(
        `Acknowledge: ${links.acknowledge}`,
        `Snooze:      ${links.snooze}`,
        `Silence:     ${links.silence}`,
      );
    if (links.chart !== undefined) parts.push(`Chart:       ${links.chart}`);
    parts.push('');
  }
  if (message.kind === 'test') parts.push('This contact point works.', '');
  parts.push(...countLines(message), '', because(message));
  if (message.kind !== 'test') parts.push(`Unsubscribe: ${facts.unsubscribeUrl}`);
  return `${parts.join('\n')}\n`;
}

const colours = { critical: '#b42318', warning: '#8a5a00', info: '#1f5fd0' } as const;

function htmlOf(message: AlertMessage, facts: MailFacts): string {
  const threads = message.threads.map((thread) => {
    const { lines, title } = threadLines(message, thread);
    const links = threadLinks(facts, message, thread);
    const colour = thread.state === 'firing' ? colours[thread.severity] : '#3a6b35';
    const items = thread.items.map((item) => {
      const head =
        thread.items.length > 1 || item.title !== title
          ? `<p style="margin:12px 0 4px;font-weight:600">${escape(item.title)}</p>`
          : '';
      return `${head}<ul style="margin:4px 0;padding-left:20px">${itemLines(message, item)
        .map((line) => `<li>${escape(line)}</li>`)
        .join('')}</ul>`;
    });
    const more = thread.more > 0 ? `<p>and ${thread.more} more</p>` : '';
    const actions = [
      link(links.open, 'Open'),
      ...(thread.state === 'firing'
        ? [
            link(links.acknowledge, 'Acknowledge'),
            link(links.snooze, 'Snooze'),
            link(links.silence, 'Silence'),
          ]
        : []),
      ...(links.chart === undefined ? [] : [link(links.chart, 'Chart')]),
    ];
    return `<div style="border-left:4px solid ${colour};padding:4px 0 4px 12px;margin:0 0 20px">
<h2 style="font-size:17px;line-height:1.3;margin:0 0 4px">${escape(title)}</h2>
${lines.map((line) => `<p style="margin:0 0 4px;color:#444">${escape(line)}</p>`).join('\n')}
${items.join('\n')}${more}
<p style="margin:10px 0 0">${actions.join(' &nbsp; ')}</p></div>`;
  });
  const test = message.kind === 'test' ? '<p>This contact point works.</p>' : '';
  const unsubscribe = message.kind === 'test' ? '' : `<br>${link(facts.unsubscribeUrl, 'Unsubscribe')}`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(headline(message))}</title></head>
<body style="margin:0;padding:16px;font:15px/1.5 system-ui,sans-serif;color:#16181d;background:#ffffff;max-width:640px">
${threads.join('\n')}${test}
${countLines(message)
  .map((line) => `<p style="margin:0 0 4px">${escape(line)}</p>`)
  .join('\n')}
<p style="color:#5b6270;font-size:13px;border-top:1px solid #d9dce3;padding-top:12px">${escape(because(message))}${unsubscribe}</p>
</body></html>`;
}
