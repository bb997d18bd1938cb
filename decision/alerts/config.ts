import { Type, type Static } from '@sinclair/typebox';
import { defineConfig } from '../../platform/config/config.ts';

const schema = Type.Object({
  smtpUrl: Type.Optional(
    Type.String({
      pattern: '^smtps?://.+',
      description:
        'Mail server, such as smtp://user:password@mail.example.com:587. Not set: no alert by mail.',
    }),
  ),
  mailFrom: Type.String({
    default: 'Weir <weir@localhost.localdomain>',
    pattern: '^[^\\r\\n]*@[A-Za-z0-9.-]+>?$',
    description: 'Sender of alert mails; its domain is that of their message ids.',
  }),
  pagerDutyUrl: Type.String({
    default: 'https://events.pagerduty.com/v2/enqueue',
    pattern: '^https?://.+',
    description: 'Where PagerDuty takes events.',
  }),
  httpPorts: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
    default: [443, 8443],
    description: 'Ports of webhooks, Slack and push services that may be spoken to.',
  }),
  allowLoopback: Type.Boolean({
    default: false,
    description:
      'Webhooks may go to this machine, without TLS. For trying out, never where others have accounts.',
  }),
  reportAttachBytes: Type.Integer({
    default: 8 * 1024 * 1024,
    minimum: 0,
    maximum: 64 * 1024 * 1024,
    description: 'Bytes of files attached to the mail of a report; what is beyond is linked. 0: links alone.',
  }),
  leaseTtlMs: Type.Integer({
    default: 15_000,
    minimum: 1_000,
    description: 'How long a silent owner of alerts keeps them.',
  }),
  tickMs: Type.Integer({ default: 1_000, minimum: 10, description: 'Between two looks at what is due.' }),
});
export type AlertsConfig = Static<typeof schema>;

export const alertsConfig = defineConfig({
  section: 'alerts',
  schema,
  env: {
    smtpUrl: 'WEIR_ALERTS_SMTP_URL',
    mailFrom: 'WEIR_ALERTS_MAIL_FROM',
    pagerDutyUrl: 'WEIR_ALERTS_PAGERDUTY_URL',
    httpPorts: 'WEIR_ALERTS_HTTP_PORTS',
    allowLoopback: 'WEIR_ALERTS_ALLOW_LOOPBACK',
    reportAttachBytes: 'WEIR_ALERTS_REPORT_ATTACH_BYTES',
    leaseTtlMs: 'WEIR_ALERTS_LEASE_TTL_MS',
    tickMs: 'WEIR_ALERTS_TICK_MS',
  },
  secret: ['smtpUrl'],
});
