import type { Bus } from '../bus/bus.ts';
import { createJsonCodec } from '../bus/json.ts';
import { AuditFact } from '../contracts/audit.ts';
import { auditIntakeStream, auditIntakeSubject } from '../contracts/subjects.ts';
import { WeirError } from '../errors/weir-error.ts';

/** Where whoever changes something tells it; `decision` makes chain entries of it. */
export interface AuditIntake {
  /** Resolves once the fact is stored; the same id again is the same fact. Throws what the bus throws: then nothing may be done. */
  tell(fact: AuditFact): Promise<void>;
}

const maxBytes = 64 * 1024 * 1024;
/** Told again within it (a crash between the fact and its note), it is known by NATS; later by the chain's writer. */
const duplicateWindowMs = 24 * 3_600_000;
const timeoutMs = 10_000;

/** Opens the intake stream; full it refuses, and with it every change that must be told. */
export async function openAuditIntake(bus: Bus): Promise<AuditIntake> {
  const codec = createJsonCodec(AuditFact);
  await bus.ensureStream({
    name: auditIntakeStream,
    subjects: [`${auditIntakeStream}.*`],
    maxBytes,
    discard: 'new',
    duplicateWindowMs,
  });
  return {
    tell: async (fact) => {
      const checked = codec.check(fact);
      if (!checked.ok) throw new WeirError('PLATFORM_INTERNAL', `an audit fact is wrong: ${checked.fault}`);
      await bus.publish(auditIntakeSubject(fact.tenant), codec.encode(fact), {
        msgId: `${fact.tenant}.${fact.id}`,
        timeoutMs,
      });
    },
  };
}
