import { createHash } from 'node:crypto';
import { checkAges, type TrackedPost } from '../../platform/contracts/posts.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import { dueAtMs, type Post } from './posts.ts';

/** How long after a day of age a post may still fire: longer, and it is history that was imported. */
const FRESH_MS = 3_600_000;

/**
 * The signal a post owes: fired at the first check at which it is viral, resolved when its day of checks is over. Undefined when everything is
 * told. Posts that were over a day old when Weir first saw them stay silent.
 */
export function owedSignal(
  tenant: string,
  post: Post,
  view: TrackedPost,
  watermarkMs: number,
): Signal | undefined {
  const dayOverMs = dueAtMs(post, checkAges.at(-1) ?? 0);
  const check = view.checks.find(({ isViral }) => isViral === true);
  if (post.told === 2 || (post.told === 0 && (check === undefined || watermarkMs > dayOverMs + FRESH_MS)))
    return undefined;
  const isOver = watermarkMs >= dayOverMs;
  // Fires before it resolves, also when both came due at once.
  if (post.told === 1 && !isOver) return undefined;
  const state = post.told === 0 ? 'firing' : 'resolved';
  const key = createHash('sha256').update(post.content).digest('hex').slice(0, 32);
  const name = post.title === '' ? post.content : post.title;
  return {
    id: `post-${key}`,
    tenant,
    kind: 'viral',
    kpi: `post-${key}`,
    title: `${name.slice(0, 200)} takes off`,
    dims: { content: post.content, ...(post.channel === '' ? {} : { channel: post.channel }) },
    window: check === undefined ? '24h' : ageText(check.ageMinutes),
    severity: 'info',
    state,
    revision: post.told + 1,
    startedAtMs: check?.dueAtMs ?? post.publishedAtMs,
    endedAtMs: state === 'resolved' ? dayOverMs : null,
    isGood: true,
    evidence: {
      observed: view.views,
      engagement: view.engagement,
      ...(check === undefined
        ? {}
        : {
            ageMinutes: check.ageMinutes,
            viewsAtCheck: check.views,
            expectedViews: check.expectedViews,
            engagementAtCheck: check.engagement,
            expectedEngagement: check.expectedEngagement,
          }),
    },
    link: `/audience/posts?post=${encodeURIComponent(post.content)}`.slice(0, 500),
  };
}

function ageText(minutes: number): string {
  return minutes < 60 ? `${minutes}m` : `${minutes / 60}h`;
}
