#!/usr/bin/env node
import { runCommand } from './cli/commands.ts';

const [command = 'help', ...args] = process.argv.slice(2);
process.exitCode = await runCommand(command, args, process.env);
