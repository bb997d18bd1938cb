import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MadeBytes, MadeInFolder, Task, Tell } from './task.ts';

/** Makes the files of a task; each kind's libraries are loaded when it is its turn, as one process makes one kind. In `folder`. Throws WeirError. */
export async function make(task: Task, folder: string, tell: Tell): Promise<MadeInFolder> {
  switch (task.kind) {
    case 'report':
      return {
        ...written(folder, await (await import('../report/make-report.ts')).makeReport(task, tell)),
        notes: [],
        summary: task.report.summary.map(({ text }) => text),
        costUsd: 0,
      };
    case 'chart':
      return {
        ...written(folder, await (await import('../charts/make-chart.ts')).makeChart(task)),
        notes: [],
        costUsd: 0,
      };
    case 'thumbnail': {
      const { makeThumbnails } = await import('../thumbnail/make-thumbnails.ts');
      const { files, notes } = await makeThumbnails(task, tell);
      return { ...written(folder, files), notes, costUsd: 0 };
    }
    case 'slide': {
      const { previewPng } = await import('../video/preview-png.ts');
      const bytes = await previewPng(task);
      return {
        ...written(folder, [{ name: 'slide.png', contentType: 'image/png', bytes }]),
        notes: [],
        costUsd: 0,
      };
    }
    case 'video': {
      const { makeVideo } = await import('../video/make-video.ts');
      return await makeVideo(task.video, folder, tell);
    }
  }
}

function written(folder: string, files: readonly MadeBytes[]): Pick<MadeInFolder, 'files'> {
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
  return { files: files.map(({ name, contentType }) => ({ name, contentType })) };
}
