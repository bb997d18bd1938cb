import { createTransport } from 'nodemailer';
import { messageOf } from '../../../platform/errors/weir-error.ts';
import type { Mail } from '../channels/email.ts';
import type { SendResult } from '../channels/result.ts';

/** Hands mails to a mail server. */
export interface MailSender {
  send(mail: Mail): Promise<SendResult>;
  close(): void;
}

const TIMEOUT_MS = 20_000;

/** Undefined `url`: every mail is refused with the reason, so that the delivery log says what is missing. */
export function createMailSender(url: string | undefined): MailSender {
  if (url === undefined) {
    return {
      send: async () =>
        await Promise.resolve({
          kind: 'refused',
          code: 'MAIL_NOT_SET',
          note: 'no mail server is set (WEIR_ALERTS_SMTP_URL)',
        }),
      close: () => {},
    };
  }
  const transport = createTransport(url, {
    // What others wrote is text, never a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ attachments, inReplyTo, references, headers, ...mail }) => {
      try {
        const info: unknown = await withTimeout(
          transport.sendMail({
            ...mail,
            headers: { ...headers },
            ...(attachments === undefined ? {} : { attachments: [...attachments] }),
            ...(inReplyTo === undefined ? {} : { inReplyTo }),
            ...(references === undefined ? {} : { references }),
          }),
        );
        return { kind: 'sent', note: responseOf(info) };
      } catch (error) {
        return resultOfMailError(error);
      }
    },
    close: () => transport.close(),
  };
}

/** 4yz and everything on the way there may be mended by time, 5yz says no (RFC 5321 4.2.1). */
function resultOfMailError(error: unknown): SendResult {
  const note = messageOf(error).slice(0, 200);
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : Number.NaN;
  if (status >= 500 && status < 600) return { kind: 'refused', code: `SMTP_${status}`, note };
  return { kind: 'retry', code: Number.isFinite(status) ? `SMTP_${status}` : 'SMTP_UNREACHABLE', note };
}

function responseOf(info: unknown): string {
  const response: unknown =
    typeof info === 'object' && info !== null && 'response' in info ? info.response : undefined;
  return typeof response === 'string' ? response.slice(0, 200) : 'taken';
}

async function withTimeout<T>(sending: Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(TIMEOUT_MS);
  return await Promise.race([
    sending,
    new Promise<never>((_resolve, reject) => {
      late.addEventListener('abort', () => reject(new Error('the mail server does not answer')), {
        once: true,
      });
    }),
  ]);
}
