import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createMeasure, type Measure } from '../text/measure.ts';
import type { MadeInFolder, Tell, VideoTask } from '../work/task.ts';
import { cuesOf, readingMs, webVtt, type Cue } from './captions.ts';
import { encodeAudio, encodeVideo, FPS } from './encode.ts';
import { chooseSpeaker, speak, type Speaker } from './narration.ts';
import { durationMs, probe } from './probe.ts';
import { captioned, slidePng } from './slides.ts';
import { PAUSE_MS } from './timing.ts';
import { findTool } from './tools.ts';

const FRAME_MS = 1_000 / FPS;
const MAX_VIDEO_MS = 20 * 60_000;

/** One slide in time. */
interface Timed {
  readonly startMs: number;
  readonly lengthMs: number;
  /** Length of what is spoken or read; 0 for a silent slide. */
  readonly spokenMs: number;
  readonly audio: string | undefined;
}

/** Storyboard → narration → slides → captions → MP4 → thumbnail. Throws RENDER_TOOL_MISSING where there is no ffmpeg. */
export async function makeVideo(task: VideoTask, folder: string, tell: Tell): Promise<MadeInFolder> {
  for (const name of ['ffmpeg', 'ffprobe'])
    if (findTool(name) === undefined)
      throw new WeirError('RENDER_TOOL_MISSING', `${name} is not installed on this machine.`);
  const speaker = chooseSpeaker(task);
  const timed = await narrate(task, speaker, folder, tell);
  const measure = createMeasure();
  const cues = task.slides.map(({ narration }, i): readonly Cue[] => {
    const at = timed[i];
    return at === undefined || narration === '' ? [] : cuesOf(narration, at.startMs, at.spokenMs);
  });
  writeFileSync(join(folder, 'captions.vtt'), webVtt(cues.flat()));
  const pictures = await drawSlides(task, timed, cues, folder, measure, tell);
  const totalMs = timed.reduce((sum, each) => sum + each.lengthMs, 0);
  tell('sound', 55);
  await encodeAudio(folder, timed, totalMs);
  tell('encoding', 60);
  await encodeVideo(folder, pictures, totalMs, (share) => tell('encoding', 60 + 35 * share));
  renameSync(join(folder, 'out.mp4'), join(folder, 'video.mp4'));
  tell('checking', 96);
  await refuseWrong(folder, totalMs);
  await sharp(join(folder, 'slide-0.png'))
    .resize(1_280, 720)
    .png({ compressionLevel: 6 })
    .toFile(join(folder, 'video-thumbnail.png'));
  const notes = speaker.kind === 'none' && speaker.note !== undefined ? [speaker.note] : [];
  return {
    files: [
      { name: 'video.mp4', contentType: 'video/mp4' },
      { name: 'captions.vtt', contentType: 'text/vtt; charset=utf-8' },
      { name: 'video-thumbnail.png', contentType: 'image/png' },
    ],
    notes,
    costUsd: speaker.kind === 'openai' ? speaker.costUsd : 0,
  };
}

/** Speaks each slide and sees how long it lasts, in whole frames. */
async function narrate(
  task: VideoTask,
  speaker: Speaker,
  folder: string,
  tell: Tell,
): Promise<readonly Timed[]> {
  const timed: Timed[] = [];
  let startMs = 0;
  for (const [i, { narration, seconds }] of task.slides.entries()) {
    tell('narration', 2 + (23 * i) / task.slides.length);
    let audio: string | undefined;
    let spokenMs = narration === '' ? 0 : readingMs(narration);
    if (speaker.kind !== 'none' && narration !== '') {
      audio = `speech-${i}.wav`;
      await speak(speaker, narration, folder, audio);
      spokenMs = await durationMs(folder, audio);
    }
    const wanted = Math.max(seconds * 1_000, spokenMs === 0 ? 0 : spokenMs + PAUSE_MS, FRAME_MS);
    const lengthMs = Math.ceil(wanted / FRAME_MS) * FRAME_MS;
    timed.push({ startMs: Math.round(startMs), lengthMs, spokenMs, audio });
    startMs += lengthMs;
  }
  if (startMs > MAX_VIDEO_MS)
    throw new WeirError(
      'RENDER_PARAMS_INVALID',
      `The video would last ${Math.round(startMs / 60_000)} minutes; at most ${MAX_VIDEO_MS / 60_000}.`,
    );
  return timed;
}

export interface Picture {
  readonly file: string;
  readonly lengthMs: number;
}

/** Pictures in their order; with burnt-in captions a slide is as many pictures as it has cues, and one for what is silent. */
async function drawSlides(
  task: VideoTask,
  timed: readonly Timed[],
  cues: readonly (readonly Cue[])[],
  folder: string,
  measure: Measure,
  tell: Tell,
): Promise<readonly Picture[]> {
  const pictures: Picture[] = [];
  for (const [i, slide] of task.slides.entries()) {
    tell('slides', 25 + (30 * i) / task.slides.length);
    const png = await slidePng(task, slide, { index: i, count: task.slides.length }, measure);
    const file = `slide-${i}.png`;
    writeFileSync(join(folder, file), png);
    const at = timed[i];
    if (at === undefined) continue;
    const own = task.burnCaptions ? (cues[i] ?? []) : [];
    let doneMs = 0;
    for (const [j, cue] of own.entries()) {
      const name = `slide-${i}-${j}.png`;
      writeFileSync(join(folder, name), await captioned(png, cue.text, measure));
      pictures.push({ file: name, lengthMs: cue.endMs - cue.startMs });
      doneMs += cue.endMs - cue.startMs;
    }
    if (at.lengthMs - doneMs > 0) pictures.push({ file, lengthMs: at.lengthMs - doneMs });
  }
  return pictures;
}

/** What was made is what was promised; anything else is a failed try and never an artefact. */
async function refuseWrong(folder: string, totalMs: number): Promise<void> {
  const { streams, format } = await probe(folder, 'video.mp4');
  const video = streams.find((stream) => stream.codec_type === 'video');
  const audio = streams.find((stream) => stream.codec_type === 'audio');
  const isRight =
    video?.codec_name === 'h264' &&
    video.width === 1_920 &&
    video.height === 1_080 &&
    video.r_frame_rate === '30/1' &&
    audio?.codec_name === 'aac';
  const isLong = Math.abs(Number(format.duration) * 1_000 - totalMs) < 500;
  if (!isRight || !isLong)
    throw new WeirError(
      'RENDER_FAILED',
      `ffmpeg made something else: ${JSON.stringify({ video, audio, format }).slice(0, 300)}`,
    );
}
