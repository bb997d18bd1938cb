import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeChart } from '../charts/make-chart.ts';
import { makeReport } from '../report/make-report.ts';
import { makeThumbnails } from '../thumbnail/make-thumbnails.ts';
import { makeVideo } from '../video/make-video.ts';
import type { Task } from './task.ts';

export interface MadeInFolder {
  readonly files: readonly { readonly name: string; readonly contentType: string }[];
  readonly notes: readonly string[];
  readonly costUsd: number;
}

export interface MadeBytes {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export type Tell = (stage: string, percent: number) => void;

/** Makes the files of a task in `folder`. Throws WeirError. */
export async function make(task: Task, folder: string, tell: Tell): Promise<MadeInFolder> {
  switch (task.kind) {
    case 'report':
      return { ...written(folder, await makeReport(task, tell)), notes: [], costUsd: 0 };
    case 'chart':
      return { ...written(folder, await makeChart(task)), notes: [], costUsd: 0 };
    case 'thumbnail': {
      const { files, notes } = await makeThumbnails(task, tell);
      return { ...written(folder, files), notes, costUsd: 0 };
    }
    case 'video':
      return await makeVideo(task.video, folder, tell);
  }
}

function written(folder: string, files: readonly MadeBytes[]): Pick<MadeInFolder, 'files'> {
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
  return { files: files.map(({ name, contentType }) => ({ name, contentType })) };
}
