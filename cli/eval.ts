import { evalAllocateCommand } from '../models/allocation/eval-command.ts';
import { systemClock } from '../platform/time/clock.ts';

type Say = (text: string) => void;

/** What `weir eval` can be asked: each takes a file in, writes a file out and answers the exit code. */
const subjects: Readonly<Record<string, (args: readonly string[], say: Say) => Promise<number>>> = {
  allocate: async (args, say) => evalAllocateCommand(args, systemClock, say),
};

/** `weir eval <subject> …`: a model on a file, without a running engine. */
export async function evalCommand(args: readonly string[], say: Say): Promise<number> {
  const [name = '', ...rest] = args;
  const subject = Object.hasOwn(subjects, name) ? subjects[name] : undefined;
  if (subject === undefined) {
    say(`usage: weir eval <${Object.keys(subjects).join(' | ')}> --in FILE --out FILE`);
    return 2;
  }
  return subject(rest, say);
}
