import { randomBytes } from 'node:crypto';

const traceParent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace id of a W3C `traceparent` header, or a new one: the same id is in the log, in the answer and in the caller's traces. */
export function traceIdOf(header: string | undefined): string {
  const given = header === undefined ? undefined : traceParent.exec(header)?.[1];
  return given === undefined || /^0+$/.test(given) ? randomBytes(16).toString('hex') : given;
}
