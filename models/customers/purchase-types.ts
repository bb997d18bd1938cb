/** What counts as a purchase of a buyer without a contract. */
export const PURCHASE_TYPES: readonly string[] = [
  'product_sale',
  'merchandise_sale',
  'membership',
  'tip',
  'super_chat',
];
