import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { runTool } from './tools.ts';

export const FPS = 30;
/** Loudness of what people stream to (ITU-R BS.1770), with head room for encoders. */
const LOUDNESS = { integrated: -14, truePeak: -1.5, range: 11 } as const;
const SAFE_INPUT = ['-protocol_whitelist', 'file,pipe'] as const;
const QUIET = ['-hide_banner', '-nostdin', '-y', '-loglevel', 'error'] as const;
const TIMEOUT_MS = 30 * 60_000;

const Measured = Type.Object({
  input_i: Type.String(),
  input_tp: Type.String(),
  input_lra: Type.String(),
  input_thresh: Type.String(),
  target_offset: Type.String(),
});

/** One sound track `sound.wav`, 48 kHz stereo, as long as the video: each narration at the start of its slide, silence between. */
export async function encodeAudio(
  folder: string,
  slides: readonly { readonly lengthMs: number; readonly audio: string | undefined }[],
  totalMs: number,
): Promise<void> {
  const run = async (args: readonly string[]) =>
    await runTool('ffmpeg', args, { cwd: folder, timeoutMs: TIMEOUT_MS });
  const parts: string[] = [];
  for (const [i, { audio, lengthMs }] of slides.entries()) {
    const part = `part-${i}.wav`;
    const length = seconds(lengthMs);
    const input =
      audio === undefined
        ? ['-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=stereo']
        : [...SAFE_INPUT, '-i', audio];
    await run([
      ...QUIET,
      ...input,
      '-af',
      'aresample=48000,apad',
      '-ar',
      '48000',
      '-ac',
      '2',
      '-c:a',
      'pcm_s16le',
      '-t',
      length,
      part,
    ]);
    parts.push(`file '${part}'`);
  }
  writeFileSync(join(folder, 'parts.txt'), `${parts.join('\n')}\n`);
  await run([
    ...QUIET,
    ...SAFE_INPUT,
    '-f',
    'concat',
    '-i',
    'parts.txt',
    '-c:a',
    'pcm_s16le',
    '-t',
    seconds(totalMs),
    'joined.wav',
  ]);
  const isSilent = slides.every(({ audio }) => audio === undefined);
  const filter = isSilent ? undefined : await loudnessFilter(folder);
  await run([
    ...QUIET,
    ...SAFE_INPUT,
    '-i',
    'joined.wav',
    ...(filter === undefined ? [] : ['-af', filter]),
    '-ar',
    '48000',
    '-c:a',
    'pcm_s16le',
    'sound.wav',
  ]);
}

/** First pass of loudnorm: measures. The second applies one gain, so that quiet passages stay quiet. */
async function loudnessFilter(folder: string): Promise<string | undefined> {
  const target = `loudnorm=I=${LOUDNESS.integrated}:TP=${LOUDNESS.truePeak}:LRA=${LOUDNESS.range}`;
  const { err } = await runTool(
    'ffmpeg',
    [
      '-hide_banner',
      '-nostdin',
      ...SAFE_INPUT,
      '-i',
      'joined.wav',
      '-af',
      `${target}:print_format=json`,
      '-f',
      'null',
      '-',
    ],
    {
      cwd: folder,
      timeoutMs: TIMEOUT_MS,
    },
  );
  const measured: unknown = JSON.parse(err.slice(err.lastIndexOf('{'), err.lastIndexOf('}') + 1));
  if (!Value.Check(Measured, measured))
    throw new WeirError('RENDER_FAILED', 'ffmpeg did not measure the loudness.');
  // Nothing but silence has no loudness to bring up.
  if (!Number.isFinite(Number(measured.input_i))) return undefined;
  return `${target}:measured_I=${measured.input_i}:measured_TP=${measured.input_tp}:measured_LRA=${measured.input_lra}:measured_thresh=${measured.input_thresh}:offset=${measured.target_offset}:linear=true`;
}

/** `out.mp4`: H.264 1080p30 with AAC, its index in front so that it plays while it loads. */
export async function encodeVideo(
  folder: string,
  pictures: readonly { readonly file: string; readonly lengthMs: number }[],
  totalMs: number,
  progress: (share: number) => void,
): Promise<void> {
  const last = pictures.at(-1);
  // The list's last picture is named twice: its length is only taken from what follows it.
  const lines = pictures.flatMap(({ file, lengthMs }) => [`file '${file}'`, `duration ${seconds(lengthMs)}`]);
  if (last !== undefined) lines.push(`file '${last.file}'`);
  writeFileSync(join(folder, 'pictures.txt'), `${lines.join('\n')}\n`);
  const video = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-tune',
    'stillimage',
    '-crf',
    '20',
    '-profile:v',
    'high',
    '-g',
    String(2 * FPS),
  ];
  const inputs = [...SAFE_INPUT, '-f', 'concat', '-i', 'pictures.txt', ...SAFE_INPUT, '-i', 'sound.wav'];
  const streams = ['-map', '0:v:0', '-map', '1:a:0', '-vf', `fps=${FPS},format=yuv420p`, '-r', String(FPS)];
  const audio = ['-c:a', 'aac', '-b:a', '160k', '-ar', '48000', '-t', seconds(totalMs)];
  const repeatable = [
    '-map_metadata',
    '-1',
    '-fflags',
    '+bitexact',
    '-flags:v',
    '+bitexact',
    '-flags:a',
    '+bitexact',
  ];
  const container = [...repeatable, '-movflags', '+faststart', '-progress', 'pipe:1'];
  await runTool('ffmpeg', [...QUIET, ...inputs, ...streams, ...video, ...audio, ...container, 'out.mp4'], {
    cwd: folder,
    timeoutMs: TIMEOUT_MS,
    onOutput: (text) => {
      const doneUs = Number([...text.matchAll(/out_time_us=(\d+)/g)].at(-1)?.[1] ?? Number.NaN);
      if (Number.isFinite(doneUs)) progress(Math.min(1, doneUs / 1_000 / totalMs));
    },
  });
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(6);
}
