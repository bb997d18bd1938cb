import type { PostCheck, PostPrediction, PostView } from '../../platform/contracts/posts.ts';

/** "15 min", "4 h", "7 days". */
export function ageText(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  return minutes > 1_440 ? `${minutes / 1_440} days` : `${minutes / 60} h`;
}

/** The prediction of the latest check that made one. */
export function latestPrediction(post: PostView): PostPrediction | undefined {
  return post.predictions.at(-1);
}

/** A check in one sentence. */
export function checkWords(check: PostCheck, count: (value: number) => string): string {
  if (!check.isDue || check.views === null || check.engagement === null) return 'not due yet';
  const seen = `${count(check.views)} views, ${count(check.engagement)} interactions`;
  if (check.expectedViews === null || check.expectedEngagement === null)
    return `${seen}; too little history to compare`;
  return `${seen}; usual are ${count(check.expectedViews)} and ${count(check.expectedEngagement)}`;
}

/** "3.3", "0.3", "12": as many times as usual. */
export function timesUsual(value: number, usual: number): number {
  const times = value / usual;
  return times >= 10 ? Math.round(times) : Math.round(times * 10) / 10;
}
