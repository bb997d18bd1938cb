import type { AlertMessage } from '../../../platform/contracts/alert-thread.ts';
import { resultOfStatus, type SendResult } from './result.ts';
import { because, countLines, headline, itemLines, threadLines, threadLinks, type Links } from './words.ts';

const MAX_BLOCKS = 50;
const MAX_SECTION_CHARS = 3_000;
const MAX_HEADER_CHARS = 150;

type Block =
  | { readonly type: 'header'; readonly text: { readonly type: 'plain_text'; readonly text: string } }
  | { readonly type: 'section'; readonly text: { readonly type: 'mrkdwn'; readonly text: string } }
  | {
      readonly type: 'context';
      readonly elements: readonly { readonly type: 'mrkdwn'; readonly text: string }[];
    };

export interface SlackBody {
  /** Fallback of notifications and screen readers; always set. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** A message for an incoming webhook: at most 50 blocks, sections of at most 3,000 characters. */
export function slackBody(message: AlertMessage, links: Links): SlackBody {
  const title = headline(message);
  const blocks: Block[] = [
    { type: 'header', text: { type: 'plain_text', text: cut(title, MAX_HEADER_CHARS) } },
  ];
  for (const thread of message.threads) {
    const { lines, title } = threadLines(message, thread);
    const to = threadLinks(links, message, thread);
    const items = thread.items.flatMap((item) => [
      ...(thread.items.length > 1 || item.title !== title ? [`• *${escape(item.title)}*`] : []),
      ...itemLines(message, item).map(escape),
    ]);
    const actions = [
      `<${to.open}|Open>`,
      ...(thread.state === 'firing'
        ? [`<${to.acknowledge}|Acknowledge>`, `<${to.snooze}|Snooze>`, `<${to.silence}|Silence>`]
        : []),
      ...(to.chart === undefined ? [] : [`<${to.chart}|Chart>`]),
    ].join(' · ');
    const more = thread.more > 0 ? [`and ${thread.more} more`] : [];
    const words = [`*${escape(title)}*`, ...lines.map(escape), ...items, ...more].join('\n');
    // Links are never cut: what is said above them is.
    blocks.push(section(`${cut(words, MAX_SECTION_CHARS - actions.length - 1)}\n${actions}`));
  }
  if (message.kind === 'test') blocks.push(section('This contact point works.'));
  const counts = countLines(message);
  if (counts.length > 0) blocks.push(section(cut(escape(counts.join('\n')), MAX_SECTION_CHARS)));
  const last: Block = {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: cut(escape(because(message)), 1_000) }],
  };
  return { text: escape(title), blocks: [...blocks.slice(0, MAX_BLOCKS - 1), last] };
}

/** Slack answers `ok`, or a reason in plain text. */
export function slackResult(status: number, body: string, retryAfterMs: number | undefined): SendResult {
  const reason = body.trim().slice(0, 80);
  if (status === 200) return { kind: 'sent', note: 'ok' };
  const isGone =
    /^(no_service|channel_not_found|channel_is_archived|no_team|invalid_token|user_not_found)$/.test(reason);
  if (isGone || status === 404 || status === 410)
    return {
      kind: 'refused',
      code: `HTTP_${status}`,
      note: isGone ? reason : `answered ${status}`,
      isContactDead: true,
    };
  return resultOfStatus(status, retryAfterMs);
}

function section(text: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

/** The three characters that Slack reads as markup of its own. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
}
