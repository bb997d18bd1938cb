import type { ModelsBackend, ModelsRun, ModelsStatus } from '../../platform/contracts/models.ts';

const KEPT_RUNS = 20;

/** What the service knows of itself; the last runs are kept in memory only. */
export interface StatusBoard {
  backend(chosen: ModelsBackend): void;
  backendFault(why: string): void;
  begin(task: string, title: string): void;
  progress(share: number, stage: string): void;
  end(run: ModelsRun): void;
  read(waiting: number): ModelsStatus;
}

export function createStatusBoard(memory: () => number): StatusBoard {
  let backend: ModelsBackend | null = null;
  let fault: string | null = null;
  let running: ModelsStatus['running'] = null;
  let runs: readonly ModelsRun[] = [];
  return {
    backend: (chosen) => {
      backend = chosen;
    },
    backendFault: (why) => {
      fault = why;
    },
    begin: (task, title) => {
      running = { task, title, percent: 0, stage: 'waiting' };
    },
    progress: (share, stage) => {
      if (running !== null) running = { ...running, percent: Math.floor(100 * share), stage };
    },
    end: (run) => {
      running = null;
      runs = [run, ...runs].slice(0, KEPT_RUNS);
    },
    read: (waiting) => ({
      backend,
      backendFault: fault,
      running,
      waiting,
      processBytes: memory(),
      runs: [...runs],
    }),
  };
}
