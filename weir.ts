#!/usr/bin/env node
import { describeConfig } from './platform/config/config.ts';
import { loadWeirConfig } from './cli/config.ts';
import { createEngine } from './cli/up.ts';

const [command = 'up', ...rest] = process.argv.slice(2);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

switch (command) {
  case 'up':
    await createEngine(loadWeirConfig(process.env), say).run();
    break;
  case 'config':
    say(describeConfig(loadWeirConfig(process.env)));
    break;
  default:
    say(`unknown command ${command} ${rest.join(' ')}`);
    process.exitCode = 2;
}
