import { parentPort } from 'node:worker_threads';
import { isMemberTask } from './member-task.ts';
import { membersFor } from './members.ts';

/** Thread that runs one member on one panel at a time, off the event loop. `terminate` ends it, in the middle of a task too. */
const port = parentPort;
if (port === null) throw new Error('member-worker.ts runs as a worker thread');
port.on('message', (message: unknown) => {
  if (!isMemberTask(message)) throw new TypeError('the worker was given something that is no task');
  const member = membersFor(message.period)[message.member];
  if (member === undefined) throw new RangeError(`there is no member ${message.member}`);
  port.postMessage({ id: message.id, forecasts: member.forecast(message) });
});
