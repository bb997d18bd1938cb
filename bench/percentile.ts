/** The value below which `share` of the ascending `sorted` lies, to a tenth; 0 of nothing. */
export function percentile(sorted: readonly number[], share: number): number {
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
}
