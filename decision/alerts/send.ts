import type { ContactSecret } from '../../platform/contracts/alert-subscription.ts';
import type { AlertMessage } from '../../platform/contracts/alert-thread.ts';
import { isWeirError, messageOf } from '../../platform/errors/weir-error.ts';
import { retryAfterMs, type HttpSender, type OutAnswer } from '../../platform/http-out/sender.ts';
import { signWebhook } from '../../platform/http-out/webhook-signature.ts';
import type { LinkSigner } from '../../platform/signed-link/signed-link.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { MailSender } from './adapters/smtp.ts';
import type { PushSealer } from './adapters/web-push.ts';
import { mailOf } from './channels/email.ts';
import { pagerDutyEvents, pagerDutyResult } from './channels/pagerduty.ts';
import { pushPayload, pushResult } from './channels/push.ts';
import type { SendResult } from './channels/result.ts';
import { slackBody, slackResult } from './channels/slack.ts';
import { webhookBody, webhookResult } from './channels/webhook.ts';
import type { Links } from './channels/words.ts';
import { filesOf, type AttachDeps } from './reports/attach.ts';
import { reportMailOf } from './reports/report-mail.ts';

export interface SenderDeps extends AttachDeps {
  readonly http: HttpSender;
  readonly mail: MailSender;
  readonly push: PushSealer;
  /** Signs links to unsubscribe. */
  readonly signer: LinkSigner;
  readonly clock: Clock;
}

export interface SenderConfig extends Links {
  readonly mailFrom: string;
  readonly pagerDutyUrl: string;
}

/** Sends one message to one contact point, once. */
export type SendMessage = (
  message: AlertMessage,
  contactId: string,
  secret: ContactSecret,
) => Promise<SendResult>;

/** What unsubscribe links are signed for; the gateway reads them. */
const UNSUBSCRIBE = 'unsubscribe';
const UNSUBSCRIBE_REPORT = 'unsubscribe-report';
const json = { 'content-type': 'application/json' };

export function createSender(deps: SenderDeps, config: SenderConfig): SendMessage {
  const { clock, http, mail, push, signer } = deps;
  const after = (answer: OutAnswer): number | undefined => retryAfterMs(answer.headers, clock.nowMs());

  return async (message, contactId, secret) => {
    try {
      switch (secret.channel) {
        case 'inapp':
          return { kind: 'sent', note: 'shown in the inbox' };
        case 'email': {
          const { report, subscriptionId, tenant } = message;
          const purpose = report === undefined ? UNSUBSCRIBE : UNSUBSCRIBE_REPORT;
          const token = signer.sign(purpose, [tenant, subscriptionId, contactId]);
          const facts = {
            baseUrl: config.baseUrl,
            from: config.mailFrom,
            to: secret.address,
            contactId,
            unsubscribeUrl: `${config.baseUrl}/unsubscribe?token=${token}`,
          };
          if (report === undefined) return await mail.send(mailOf(message, facts));
          const made = await filesOf(deps, tenant, report);
          if (made === undefined)
            return { kind: 'refused', code: 'REPORT_GONE', note: 'the files of the report were deleted' };
          return await mail.send(reportMailOf(message, report, made, facts));
        }
        case 'slack': {
          const body = JSON.stringify(slackBody(message, config));
          const answer = await http.send({ method: 'POST', url: secret.url, headers: json, body });
          return slackResult(answer.status, Buffer.from(answer.body).toString('utf8'), after(answer));
        }
        case 'pagerduty': {
          let last: SendResult = { kind: 'sent', note: 'nothing to say' };
          for (const event of pagerDutyEvents(message, secret.routingKey, config)) {
            const answer = await http.send({
              method: 'POST',
              url: config.pagerDutyUrl,
              headers: json,
              body: JSON.stringify(event),
            });
            last = pagerDutyResult(answer.status, after(answer));
            if (last.kind !== 'sent') return last;
          }
          return last;
        }
        case 'push': {
          const tag = message.threads[0]?.threadId ?? message.id;
          const answer = await http.send(push.seal(secret.push, pushPayload(message, config), tag));
          return pushResult(answer.status, after(answer));
        }
        case 'webhook': {
          const body = webhookBody(message, config);
          // The same id over all retries; the time is that of this try, as receivers refuse old ones.
          const signed = signWebhook({ id: message.id, timestampMs: clock.nowMs(), body }, [secret.secret]);
          const answer = await http.send({
            method: 'POST',
            url: secret.url,
            headers: { ...json, ...signed },
            body,
            timeoutMs: 20_000,
          });
          return webhookResult(answer.status, after(answer));
        }
      }
    } catch (error) {
      // An address that may not be spoken to stays so; what else failed on the way may be mended by time.
      const code = isWeirError(error) ? error.code : 'SEND_FAILED';
      const note = noteOf(error, secret);
      return code === 'HTTP_OUT_ADDRESS_REFUSED'
        ? { kind: 'refused', code, note }
        : { kind: 'retry', code, note };
    }
  };
}

/** Addresses of webhooks are secrets: no part of one beyond its host gets into the log. */
function noteOf(error: unknown, secret: ContactSecret): string {
  const note = messageOf(error).slice(0, 200);
  return 'url' in secret ? note.replaceAll(secret.url, '…') : note;
}
