import type { ReactNode } from 'react';
import { CodeBlock } from '../ui/copy.tsx';
import { exampleCurl } from '../ui/example-curl.ts';
import { EventLookup } from './event-lookup.tsx';
import { EventTypes } from './event-types.tsx';
import { Keys } from './keys.tsx';
import './system.css';

/** How events come in: keys, what an event may carry, and what became of one. */
export function EventsScreen(): ReactNode {
  return (
    <div className="stack">
      <Keys />
      <section className="panel stack-tight" aria-labelledby="send-title">
        <h2 id="send-title">Send an event</h2>
        <CodeBlock label="Command that sends one view" code={exampleCurl(location.origin, undefined)} />
        <p className="quiet">
          Also CloudEvents, NDJSON and the routes of Segment, RudderStack and PostHog: change only host and
          key of their clients. All routes are in the <a href="/docs">API description</a>.
        </p>
      </section>
      <EventLookup />
      <EventTypes />
    </div>
  );
}
