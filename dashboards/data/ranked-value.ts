/** One value of a dimension with its amount; lists of them come largest first. */
export interface RankedValue {
  readonly id: string;
  readonly title: string;
  readonly value: number;
}
