import { useState, type ReactNode } from 'react';
import { useCounters, useTopic } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { CodeBlock, Secret } from '../ui/copy.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { exampleCurl } from '../ui/example-curl.ts';

/** Whether this tenant has ever had an event; undefined while that is not known. */
export function useHasEvents(): boolean | undefined {
  useTopic('counters');
  const counters = useCounters();
  return counters === undefined ? undefined : counters.accepted + counters.rejected > 0;
}

/** What a tenant without events sees: how to send the first one. It turns into the dashboard when that arrives. */
export function FirstEvent(): ReactNode {
  const { api, can, session } = useWorkspace();
  const action = useAction();
  const [secret, setSecret] = useState<string>();
  const demo = session.tenants.find((tenant) => tenant.simulated && tenant.id !== session.tenant.id);
  return (
    <section className="first-event" aria-labelledby="first-title">
      <h1 id="first-title">Send the first event</h1>
      <p>
        {session.tenant.name} has no events yet. This page shows views, revenue and everything else as soon as
        one arrives; it waits and needs no reload.
      </p>
      {secret === undefined ? (
        <div className="row-wrap">
          {can('admin') ? (
            <button
              type="button"
              className="button button-primary"
              aria-disabled={action.isRunning}
              onClick={() =>
                action.run(async () => {
                  const created = await api.createKey({ name: 'First events', scopes: ['ingest:write'] });
                  setSecret(created.secret);
                })
              }
            >
              Create a key for sending
            </button>
          ) : (
            <p className="quiet">Ask an admin for a key with the scope ingest:write.</p>
          )}
        </div>
      ) : (
        <Secret secret={secret}>
          <p className="strong">This key is shown once.</p>
          <p>It can only send events. Keep it where your servers find it.</p>
        </Secret>
      )}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      <CodeBlock label="Command that sends one view" code={exampleCurl(location.origin, secret)} />
      <p className="waiting" role="status">
        <span className="dot dot-live" /> Waiting for the first event
      </p>
      <p className="quiet">
        Segment, RudderStack and PostHog clients work as they are when their host is {location.origin} and
        their key is this one. What every event may carry is under System, Events &amp; keys.
        {demo === undefined ? '' : ` To look around first, choose ${demo.name} above: its data is simulated.`}
      </p>
    </section>
  );
}
