import type { ReactNode } from 'react';
import type { PostCheck, PostView } from '../../platform/contracts/posts.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Table, type Column } from '../ui/table.tsx';
import { PostCurve } from './post-curve.tsx';
import { ageText, latestPrediction } from './post-words.ts';

/** Share of the usual views under which a post is said to be below. */
const BELOW = 0.5;

/** One post: its curve with what is predicted, and its checks. */
export function PostPanel({ post }: { readonly post: PostView }): ReactNode {
  const { format } = useWorkspace();
  const prediction = latestPrediction(post);
  const end = prediction?.points.at(-1);
  const count = (value: number): string => format.value(value, 'count', 'tile');
  return (
    <section className="panel stack-tight" aria-labelledby="post-title">
      <h2 id="post-title">{post.title === '' ? post.content : post.title}</h2>
      <p>
        {post.isViral ? (
          <>
            <span className="badge badge-good">takes off</span> Engagement above 2.0 times and views above 1.5
            times usual since {post.viralAtMs === null ? 'a check' : format.dateTime(post.viralAtMs)}.{' '}
          </>
        ) : null}
        {post.ageMinutes >= (end?.ageMinutes ?? Number.POSITIVE_INFINITY)
          ? `Followed to the end: ${count(post.views)} views at ${ageText(end?.ageMinutes ?? 0)}. `
          : ''}
        {prediction === undefined || end === undefined
          ? 'Too few earlier posts to say where it will end.'
          : `About ${count(end.views)} views at ${ageText(end.ageMinutes)} (est.; 80 of 100 such posts end between ${count(end.low)} and ${count(end.high)}), from ${format.count(prediction.basedOnPosts)} earlier posts, as of ${ageText(prediction.atAgeMinutes)}.`}
      </p>
      <div className="post-detail">
        <PostCurve post={post} />
        <Checks post={post} />
      </div>
    </section>
  );
}

function Checks({ post }: { readonly post: PostView }): ReactNode {
  const { format } = useWorkspace();
  const against = (value: number | null, usual: number | null): ReactNode => {
    if (value === null) return <span className="quiet">–</span>;
    return (
      <>
        {format.value(value, 'count', 'tile')}
        {usual === null ? null : (
          <span className="small quiet below">usual {format.value(usual, 'count', 'tile')}</span>
        )}
      </>
    );
  };
  const columns: readonly Column<PostCheck>[] = [
    {
      id: 'age',
      title: 'Check',
      isName: true,
      cell: (check) => (
        <span title={format.dateTime(check.dueAtMs)}>
          {ageText(check.ageMinutes)}
          {check.isDue ? null : (
            <span className="small quiet below">at {format.dateTime(check.dueAtMs)}</span>
          )}
        </span>
      ),
    },
    {
      id: 'views',
      title: 'Views',
      isNumber: true,
      cell: (check) => against(check.views, check.expectedViews),
    },
    {
      id: 'engagement',
      title: 'Engagement',
      isNumber: true,
      cell: (check) => against(check.engagement, check.expectedEngagement),
    },
    {
      id: 'verdict',
      title: 'Verdict',
      cell: (check) =>
        !check.isDue ? (
          <span className="quiet">not due</span>
        ) : check.isViral === null ? (
          <span className="quiet">no history</span>
        ) : check.isViral ? (
          <span className="badge badge-good">takes off</span>
        ) : (check.views ?? 0) < BELOW * (check.expectedViews ?? 0) ? (
          'below usual'
        ) : (
          'as usual'
        ),
    },
  ];
  return (
    <Table
      id="post-checks"
      label="Checks of this post"
      isPlain
      columns={columns}
      rows={post.checks}
      rowKey={(check) => String(check.ageMinutes)}
    />
  );
}
