import { useState, type ReactNode } from 'react';
import type { PostView } from '../../platform/contracts/posts.ts';
import { duration } from '../data/format.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { PostPanel } from './post-panel.tsx';
import { ageText, checkWords, latestPrediction, timesUsual } from './post-words.ts';

const PAGE = 50;
const MINUTE_MS = 60_000;
const WEEK_MINUTES = 10_080;

/** Posts from publication on: what they have at each check, against what posts of their channel have, and where they will end. */
export function PostsScreen(): ReactNode {
  const { queries } = useWorkspace();
  const [only, setOnly] = useParam('only');
  const [chosen, setChosen] = useParam('post');
  const [after, setAfter] = useState<readonly string[]>([]);
  const posts = useQuery(queries.posts, {
    limit: PAGE,
    viral: only === 'viral' ? true : undefined,
    after: after.at(-1),
  });
  const list = posts.data?.posts ?? [];
  const listed = list.find((post) => post.content === chosen);
  // A link may name a post of another page.
  const linked = useQuery(
    queries.post,
    chosen !== '' && posts.data !== undefined && listed === undefined ? chosen : undefined,
  );
  const shown = listed ?? (chosen === '' ? list[0] : linked.data);
  const next = posts.data?.nextAfter;
  const show = (which: string): void => {
    setAfter([]);
    // Another list opens with its own first post.
    setChosen('');
    setOnly(which);
  };
  return (
    <>
      <div className="segments" role="group" aria-label="Which posts">
        <button type="button" aria-pressed={only !== 'viral'} onClick={() => show('')}>
          All posts
        </button>
        <button type="button" aria-pressed={only === 'viral'} onClick={() => show('viral')}>
          Taking off
        </button>
      </div>
      {posts.problem === undefined ? null : (
        <ProblemNote problem={posts.problem} onRetry={queries.posts.refresh} />
      )}
      {posts.data === undefined && posts.problem === undefined ? <Skeleton height={480} /> : null}
      {posts.data === undefined ? null : list.length === 0 ? (
        <Empty title={only === 'viral' ? 'No post has taken off' : 'No post is followed yet'}>
          {only === 'viral' ? (
            <p>
              A post takes off when engagement is above 2.0 times and views above 1.5 times what its channel
              has at that age.
            </p>
          ) : (
            <p>
              An event of type <code>post_published</code> starts one; views, interactions and{' '}
              <code>post_metrics</code> fill it.
            </p>
          )}
        </Empty>
      ) : (
        <div className={posts.isOutdated ? 'stack is-outdated' : 'stack'}>
          {linked.problem === undefined || shown !== undefined ? null : (
            <ProblemNote problem={linked.problem} />
          )}
          {shown === undefined ? null : <PostPanel post={shown} />}
          <PostTable posts={list} chosen={shown?.content} onChoose={setChosen} />
          <div className="row">
            {after.length === 0 ? null : (
              <button type="button" className="button" onClick={() => setAfter(after.slice(0, -1))}>
                Newer
              </button>
            )}
            {next === undefined ? null : (
              <button type="button" className="button" onClick={() => setAfter([...after, next])}>
                Older
              </button>
            )}
          </div>
        </div>
      )}
    </>
  );
}

function PostTable({
  posts,
  chosen,
  onChoose,
}: {
  readonly posts: readonly PostView[];
  readonly chosen: string | undefined;
  readonly onChoose: (content: string) => void;
}): ReactNode {
  const { format } = useWorkspace();
  const count = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : format.value(value, 'count', 'tile');
  const columns: readonly Column<PostView>[] = [
    {
      id: 'title',
      title: 'Post',
      isName: true,
      className: 'wide wrap',
      value: (post) => post.title,
      cell: (post) => (
        <>
          <button
            type="button"
            className="row-link"
            aria-pressed={post.content === chosen}
            onClick={() => onChoose(post.content)}
          >
            {post.title === '' ? post.content : post.title}
          </button>
          <span className="small quiet below">{post.channel}</span>
          {post.isViral ? <span className="badge badge-good">takes off</span> : null}
        </>
      ),
    },
    {
      id: 'published',
      title: 'Published',
      className: 'nowrap',
      value: (post) => post.publishedAtMs,
      cell: (post) => (
        <time
          dateTime={new Date(post.publishedAtMs).toISOString()}
          title={format.dateTime(post.publishedAtMs)}
        >
          {duration(post.ageMinutes * MINUTE_MS)} old
        </time>
      ),
    },
    {
      id: 'views',
      title: 'Views',
      isNumber: true,
      value: (post) => post.views,
      cell: (post) => count(post.views),
    },
    {
      id: 'engagement',
      title: 'Engagement',
      isNumber: true,
      value: (post) => post.engagement,
      cell: (post) => count(post.engagement),
    },
    ...[0, 1, 2, 3, 4].map((i): Column<PostView> => ({
      id: `check-${i}`,
      title: `At ${ageText([15, 60, 240, 720, 1_440][i] ?? 0)}`,
      isNumber: true,
      value: (post) => post.checks[i]?.views ?? null,
      cell: (post) => {
        const check = post.checks[i];
        return check === undefined || !check.isDue ? (
          <span className="quiet">–</span>
        ) : (
          <span title={checkWords(check, (value) => count(value))}>
            {count(check.views)}
            {check.expectedViews === null || check.expectedViews < 1 || check.views === null ? null : (
              <span className="small quiet below">
                {format.value(timesUsual(check.views, check.expectedViews), 'count', 'axis')}× usual
              </span>
            )}
          </span>
        );
      },
    })),
    {
      id: 'week',
      title: 'At 7 days',
      isNumber: true,
      value: (post) =>
        post.ageMinutes >= WEEK_MINUTES ? post.views : (latestPrediction(post)?.points.at(-1)?.views ?? null),
      cell: (post) => {
        if (post.ageMinutes >= WEEK_MINUTES) return count(post.views);
        const point = latestPrediction(post)?.points.at(-1);
        return point === undefined ? (
          <span className="quiet">–</span>
        ) : (
          <>
            {count(point.views)} est.
            <span className="small quiet below">
              {count(point.low)}–{count(point.high)}
            </span>
          </>
        );
      },
    },
  ];
  return (
    <Table
      id="posts"
      label="Posts that are followed"
      columns={columns}
      rows={posts}
      rowKey={(post) => post.content}
      sort={{ column: 'published', isDown: true }}
    />
  );
}
