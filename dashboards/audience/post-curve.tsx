import type { ReactNode } from 'react';
import type { PostView } from '../../platform/contracts/posts.ts';
import { useWorkspace } from '../data/workspace.ts';
import { agePlace, curveOf, type CurvePoint } from './post-curve-points.ts';
import { ageText } from './post-words.ts';

const WIDTH = 480;
const HEIGHT = 220;
const LEFT = 60;
const RIGHT = 16;
const TOP = 12;
const BOTTOM = 28;
const WEEK = 10_080;
const ages = [15, 60, 240, 720, 1_440, WEEK];

/** Views by age: solid what there is, dashed what is predicted with its band of .80, dotted what is usual. The table beside says the same. */
export function PostCurve({ post }: { readonly post: PostView }): ReactNode {
  const { format } = useWorkspace();
  const { actual, highest, predicted, usual } = curveOf(post);
  const x = (age: number): number => LEFT + agePlace(age, WEEK) * (WIDTH - LEFT - RIGHT);
  const y = (views: number): number => TOP + (1 - views / highest) * (HEIGHT - TOP - BOTTOM);
  const at = (age: number, views: number): string => `${x(age).toFixed(1)},${y(views).toFixed(1)}`;
  const line = (points: readonly CurvePoint[]): string =>
    points.map(({ ageMinutes, views }) => at(ageMinutes, views)).join(' ');
  const band = [
    ...predicted.map(({ ageMinutes, high }) => at(ageMinutes, high)),
    ...predicted.toReversed().map(({ ageMinutes, low }) => at(ageMinutes, low)),
  ].join(' ');
  const end = predicted.at(-1);
  const words =
    end === undefined
      ? `Views by age, ${actual.length} checks so far.`
      : `Views by age, ${actual.length} checks so far; about ${format.count(end.views)} at ${ageText(end.ageMinutes)}, between ${format.count(end.low)} and ${format.count(end.high)}.`;
  return (
    <figure className="post-curve">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line
              className="post-grid"
              x1={LEFT}
              x2={WIDTH - RIGHT}
              y1={y(share * highest)}
              y2={y(share * highest)}
            />
            <text className="post-axis" x={LEFT - 6} y={y(share * highest) + 4} textAnchor="end">
              {format.value(share * highest, 'count', 'axis')}
            </text>
          </g>
        ))}
        {ages.map((age) => (
          <text
            key={age}
            className="post-axis"
            x={x(age)}
            y={HEIGHT - 8}
            textAnchor={age === WEEK ? 'end' : 'middle'}
          >
            {ageText(age)}
          </text>
        ))}
        <polygon className="post-band" points={band} />
        <polyline className="post-usual" points={line(usual)} />
        <polyline className="post-predicted" points={line(predicted)} />
        <polyline className="post-actual" points={line(actual)} />
        {actual.map(({ ageMinutes, views }) => (
          <circle key={ageMinutes} className="post-dot" cx={x(ageMinutes)} cy={y(views)} r="3.5" />
        ))}
      </svg>
      <figcaption className="post-legend small quiet">
        <span>
          <span className="post-key post-key-actual" /> Views
        </span>
        <span>
          <span className="post-key post-key-predicted" /> Predicted (est.), with 80% band
        </span>
        <span>
          <span className="post-key post-key-usual" /> Usual for the channel
        </span>
      </figcaption>
    </figure>
  );
}
