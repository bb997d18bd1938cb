import { countryCode } from '../country.ts';
import { typeNameOf } from '../event-name.ts';
import { isArray, isObject, type JsonObject } from '../json-limits.ts';

/** A call of an analytics client in our terms. */
export interface TrackedEvent {
  readonly type: string;
  readonly data: JsonObject;
}

/**
 * An event tracked by name on a compatible route. `Order Completed` and `Order Refunded` (Segment's e-commerce
 * specification, version 2) become `product_sale`, refunds with a negative amount; `Signed Up` becomes `signup`; every other name
 * becomes the type of the same name in our spelling, from the catalogue or custom. The name stays in `data.event_name`.
 */
export function trackedEvent(name: string, properties: JsonObject): TrackedEvent {
  const type = typeNameOf(name);
  const data = tolerant(properties);
  data['event_name'] = name;
  if (type === 'order_completed' || type === 'order_refunded') return sale(type, data);
  if (type === 'signed_up') return { type: 'signup', data };
  return { type, data };
}

/**
 * Properties with the fields we read brought into form, so that a country spelt out or a numeric product id on a client we do
 * not control costs no sale: numbers become ids, what is no country code moves to `country_name`.
 */
export function tolerant(properties: JsonObject): JsonObject {
  const data: JsonObject = { ...properties };
  for (const field of [
    'content_id',
    'channel_id',
    'viewer_id',
    'user_id',
    'order_id',
    'product_id',
    'stream',
  ])
    if (typeof data[field] === 'number') data[field] = String(data[field]);
    else if (data[field] === null || data[field] === '') delete data[field];
  const country = data['country'];
  if (country !== undefined && (typeof country !== 'string' || countryCode(country) === undefined)) {
    delete data['country'];
    if (country !== null && country !== '') data['country_name'] = country;
  }
  return data;
}

function sale(type: 'order_completed' | 'order_refunded', data: JsonObject): TrackedEvent {
  const isRefund = type === 'order_refunded';
  const amount = data['revenue'] ?? data['total'] ?? data['value'];
  delete data['amount_minor'];
  delete data['amount'];
  if (amount !== undefined && amount !== null)
    data['amount'] = isRefund ? negative(amount) : plainAmount(amount);
  if (data['currency'] === null || data['currency'] === '') delete data['currency'];
  const products = isArray(data['products']) ? data['products'].filter(isObject) : [];
  const [only] = products;
  const product = only?.['product_id'];
  if (products.length === 1 && typeof product === 'string' && product !== '') data['product_id'] ??= product;
  const quantity = quantityOf(data['quantity'], products);
  if (quantity === undefined) delete data['quantity'];
  else data['quantity'] = isRefund ? -Math.abs(quantity) : quantity;
  return { type: 'product_sale', data };
}

/** Units of the order: as said, or the sum over its products, each one unit unless it says otherwise. */
function quantityOf(said: unknown, products: readonly JsonObject[]): number | undefined {
  const own = numberOf(said);
  if (own !== undefined) return own;
  if (products.length === 0) return undefined;
  return products.reduce((sum, product) => sum + (numberOf(product['quantity']) ?? 1), 0);
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function plainAmount(amount: unknown): unknown {
  return typeof amount === 'string' ? amount.trim() : amount;
}

function negative(amount: unknown): unknown {
  if (typeof amount === 'number') return -Math.abs(amount);
  if (typeof amount !== 'string') return amount;
  const text = amount.trim();
  return text.startsWith('-') ? text : `-${text}`;
}
