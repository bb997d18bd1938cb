import { parentPort } from 'node:worker_threads';
import { asWeirError } from '../../platform/errors/weir-error.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { answerQuick } from './answers.ts';
import { isToAnswer, type FromAnswer } from './answer-message.ts';

/** Thread that answers one question after the other. It has no effects, so it may be ended anywhere. */
if (parentPort === null) throw new Error('answer-worker.ts runs as a worker thread');
const port = parentPort;
port.on('message', (message: unknown) => {
  if (!isToAnswer(message)) return;
  const say = (answer: FromAnswer): void => port.postMessage(answer);
  answerQuick(message.quick, systemClock).then(
    (answer) => say({ id: message.id, ok: true, answer }),
    (error: unknown) => {
      const { code, message: text } = asWeirError(error);
      say({ id: message.id, ok: false, code, message: text });
    },
  );
});
