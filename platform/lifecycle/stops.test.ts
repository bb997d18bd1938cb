import { expect, test } from 'vitest';
import { createLog } from '../log/log.ts';
import { createFakeClock } from '../time/clock.ts';
import { createStops } from './stops.ts';

function setup() {
  const lines: string[] = [];
  const clock = createFakeClock();
  const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } });
  return { stops: createStops({ log, clock }, 'engine'), clock, lines };
}

test('the last started ends first, each awaited, and the line says where the time went', async () => {
  const { stops, clock, lines } = setup();
  const ended: string[] = [];
  stops.add('bus', () => void ended.push('bus'));
  stops.add('streams', async () => {
    await clock.sleep(2_340);
    ended.push('streams');
  });
  const stopped = stops.stop();
  expect(stops.waitingFor()).toBe('streams');
  expect(ended).toEqual([]);
  await clock.advance(2_340);
  await stopped;
  expect(ended).toEqual(['streams', 'bus']);
  expect(stops.waitingFor()).toBeUndefined();
  expect(lines.at(-1)).toContain('"seconds":{"streams":2.34},"total":2.34');
  await stops.stop();
  expect(ended).toHaveLength(2);
});

test('one that fails is logged and told, and keeps no other from ending', async () => {
  const { stops, lines } = setup();
  let isClosed = false;
  stops.add('bus', () => {
    isClosed = true;
  });
  stops.add('http', () => {
    throw new Error('socket stuck');
  });
  await expect(stops.stop()).rejects.toThrow('socket stuck');
  expect(isClosed).toBe(true);
  expect(lines.join('')).toContain('"part":"http"');
});
