import { Type, type Static } from '@sinclair/typebox';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { Delivery } from '../../platform/contracts/alert-thread.ts';
import { imageOfTenant, tenantOfImage } from './core/snapshot.ts';
import { emptyTenant, TenantImage, type TenantAlerts } from './core/state.ts';

const Position = Type.Object({
  seq: Type.Integer({ minimum: 0 }),
  timestampMs: Type.Union([Type.Number(), Type.Null()]),
});
export type Position = Static<typeof Position>;

/** One object of the snapshot bucket: state, positions and what is to go out are of one moment. */
const OwnerImage = Type.Object({
  version: Type.Literal(1),
  signals: Position,
  records: Position,
  tenants: Type.Array(TenantImage),
  outbox: Type.Array(Delivery),
});
const codec = createJsonCodec(OwnerImage);

export interface OwnerState {
  /** How far the streams of signals and of decisions' alerts are applied. */
  signals: Position;
  records: Position;
  readonly tenants: Map<string, TenantAlerts>;
  /** Deliveries made and perhaps not on record yet. */
  outbox: Delivery[];
}

export function emptyOwner(): OwnerState {
  const start: Position = { seq: 0, timestampMs: null };
  return { signals: start, records: start, tenants: new Map(), outbox: [] };
}

export function tenantState(state: OwnerState, tenant: string): TenantAlerts {
  const known = state.tenants.get(tenant);
  if (known !== undefined) return known;
  const made = emptyTenant(tenant);
  state.tenants.set(tenant, made);
  return made;
}

export function encodeOwner({ outbox, records, signals, tenants }: OwnerState): Uint8Array {
  return codec.encode({
    version: 1,
    signals,
    records,
    tenants: [...tenants.values()].map(imageOfTenant),
    outbox,
  });
}

/** The state, or what is wrong with the bytes. */
export function decodeOwner(bytes: Uint8Array): OwnerState | { readonly fault: string } {
  const decoded = codec.decode(bytes);
  if (!decoded.ok) return { fault: decoded.fault };
  const { outbox, records, signals, tenants } = decoded.value;
  return {
    signals,
    records,
    outbox,
    tenants: new Map(tenants.map((image) => [image.tenant, tenantOfImage(image)])),
  };
}
