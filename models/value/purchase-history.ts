/** What a buyer without a contract has done, in weeks from its first purchase. Several purchases of a day count as one. */
export interface PurchaseHistory {
  /** Purchases after the first. */
  readonly repeats: number;
  /** From the first purchase to the last. */
  readonly recency: number;
  /** From the first purchase to now. */
  readonly age: number;
  /** Mean money of the repeat purchases, in any one unit; 0 where there is none. */
  readonly meanValue: number;
}
