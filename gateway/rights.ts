import type { AccessDirectory } from '../platform/access/access.ts';
import type { Log } from '../platform/log/log.ts';
import type { Sockets } from './adapters/socket-io.ts';
import type { AlertRecords } from './alerts/alert-records.ts';
import type { Hub } from './live/hub.ts';
import type { openMirrors } from './mirrors.ts';
import type { People } from './sign-in/start-sign-in.ts';

/** Looks at open sockets and subscriptions again whenever somebody's rights may have changed. */
export function followRights(deps: {
  readonly access: AccessDirectory;
  readonly mirrors: Pick<Awaited<ReturnType<typeof openMirrors>>, 'users' | 'sessions' | 'kpis'>;
  readonly people: People;
  readonly alertRecords: AlertRecords;
  readonly sockets: Sockets;
  readonly hub: Hub;
  readonly log: Log;
}): { stop(): void } {
  const { access, alertRecords, sockets, hub, log } = deps;
  const { members } = deps.people;
  const { users, sessions, kpis } = deps.mirrors;
  // Rights may have changed: look at every open socket, once for all changes of a moment.
  let isRecheckDue = false;
  const recheckSoon = (): void => {
    if (isRecheckDue) return;
    isRecheckDue = true;
    setImmediate(() => {
      isRecheckDue = false;
      sockets.recheck();
    });
  };
  // Whoever leaves a tenant is told nothing more of it. API keys are not users: theirs end when somebody deletes them.
  const isMember = (tenant: string, userId: string): boolean =>
    access.tenant(tenant) !== undefined &&
    (userId.startsWith('key:') || members.list(tenant).some(({ id }) => id === userId));
  let isRemovalDue = false;
  const removeStrangersSoon = (): void => {
    if (isRemovalDue) return;
    isRemovalDue = true;
    setImmediate(() => {
      isRemovalDue = false;
      alertRecords
        .removeStrangers(isMember)
        .catch((error: unknown) =>
          log.warn({ err: error }, 'subscriptions of former members were not ended'),
        );
    });
  };
  removeStrangersSoon();
  const listeners = [
    access.onChange(recheckSoon),
    users.onChange(recheckSoon),
    sessions.onChange(recheckSoon),
    users.onChange(() => removeStrangersSoon()),
    kpis.onChange((key) => hub.refresh(key.slice(0, key.indexOf('.')))),
  ];
  return {
    stop: () => {
      for (const listener of listeners) listener.stop();
    },
  };
}
