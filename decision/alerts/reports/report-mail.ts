import type { AlertMessage } from '../../../platform/contracts/alert-thread.ts';
import type { ReportNotice } from '../../../platform/contracts/report-mail.ts';
import type { Mail, MailFacts } from '../channels/email.ts';
import { domainOf, escape, link, oneLine } from '../channels/mail-text.ts';
import { because, headline, localTime } from '../channels/words.ts';
import type { ReportFile, ReportFiles } from './attach.ts';

/**
 * A report as a mail: what it says first, its files attached or linked, one-click unsubscribe (RFC 8058) that takes this address out of the
 * schedule. Mails of one schedule are one conversation (RFC 5322 3.6.4); the id is the same over retries.
 */
export function reportMailOf(
  message: AlertMessage,
  report: ReportNotice,
  made: ReportFiles,
  facts: MailFacts,
): Mail {
  const domain = domainOf(facts.from);
  const root = `<${message.subscriptionId}.${facts.contactId}@${domain}>`;
  const open = `${facts.baseUrl}/reports?tenant=${message.tenant}`;
  return {
    from: facts.from,
    to: facts.to,
    subject: oneLine(headline(message)).slice(0, 200),
    messageId: `<${message.id}.${facts.contactId}@${domain}>`,
    inReplyTo: root,
    references: root,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-Unsubscribe': `<${facts.unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-Id': `<${message.subscriptionId}.${message.tenant}.reports.${domain}>`,
    },
    text: textOf(message, report, made, facts, open),
    html: htmlOf(message, report, made, facts, open),
    attachments: made.attachments,
  };
}

function textOf(
  message: AlertMessage,
  report: ReportNotice,
  { files }: ReportFiles,
  facts: MailFacts,
  open: string,
): string {
  const parts = [headline(message), '', ...report.summary.map((line) => `* ${line}`)];
  if (report.notes.length > 0) parts.push('', ...report.notes.map((note) => `Note: ${note}`));
  parts.push('');
  for (const file of files) parts.push(fileLine(file, message.timeZone), `  ${facts.baseUrl}${file.path}`);
  parts.push(
    '',
    `All reports: ${open}`,
    '',
    because(message),
    `Whoever has this mail can open the links above.`,
    `Unsubscribe: ${facts.unsubscribeUrl}`,
  );
  return `${parts.join('\n')}\n`;
}

function htmlOf(
  message: AlertMessage,
  report: ReportNotice,
  { files }: ReportFiles,
  facts: MailFacts,
  open: string,
): string {
  const lines = report.summary.map((line) => `<li style="margin:0 0 6px">${escape(line)}</li>`).join('\n');
  const notes = report.notes.map((note) => `<p style="color:#5b6270">${escape(note)}</p>`).join('\n');
  const listed = files
    .map(
      (file) =>
        `<li style="margin:0 0 6px">${link(`${facts.baseUrl}${file.path}`, escape(file.name))} <span style="color:#5b6270">${escape(fileLine(file, message.timeZone).slice(file.name.length + 2))}</span></li>`,
    )
    .join('\n');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(headline(message))}</title></head>
<body style="margin:0;padding:16px;font:15px/1.5 system-ui,sans-serif;color:#16181d;background:#ffffff;max-width:640px">
<h1 style="font-size:19px;line-height:1.3;margin:0 0 12px">${escape(headline(message))}</h1>
<ul style="margin:0 0 16px;padding-left:20px">${lines}</ul>
${notes}
<h2 style="font-size:15px;margin:0 0 4px">Files</h2>
<ul style="margin:0 0 16px;padding-left:20px">${listed}</ul>
<p>${link(open, 'All reports')}</p>
<p style="color:#5b6270;font-size:13px;border-top:1px solid #d9dce3;padding-top:12px">${escape(because(message))} Whoever has this mail can open the links above.<br>${link(facts.unsubscribeUrl, 'Unsubscribe')}</p>
</body></html>`;
}

function fileLine({ bytes, expiresAtMs, isAttached, name }: ReportFile, timeZone: string): string {
  const size = bytes < 1_048_576 ? `${Math.ceil(bytes / 1_024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
  return `${name}, ${size}, ${isAttached ? 'attached, and' : 'too large to attach,'} kept until ${localTime(expiresAtMs, timeZone)}`;
}
