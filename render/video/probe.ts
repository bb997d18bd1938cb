import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { runTool } from './tools.ts';

const Probe = Type.Object({
  streams: Type.Array(
    Type.Object({
      codec_type: Type.String(),
      codec_name: Type.String(),
      width: Type.Optional(Type.Number()),
      height: Type.Optional(Type.Number()),
      pix_fmt: Type.Optional(Type.String()),
      r_frame_rate: Type.Optional(Type.String()),
      sample_rate: Type.Optional(Type.String()),
    }),
  ),
  format: Type.Object({ duration: Type.Optional(Type.String()) }),
});
export type Probe = Static<typeof Probe>;

/** What ffprobe says of a file of the folder. Throws RENDER_FAILED where it is no media file. */
export async function probe(folder: string, name: string): Promise<Probe> {
  const { out } = await runTool(
    'ffprobe',
    ['-v', 'error', '-protocol_whitelist', 'file,pipe', '-show_streams', '-show_format', '-of', 'json', name],
    {
      cwd: folder,
      timeoutMs: 30_000,
    },
  );
  const parsed: unknown = JSON.parse(out);
  if (!Value.Check(Probe, parsed))
    throw new WeirError('RENDER_FAILED', `ffprobe says nothing useful of ${name}.`);
  return parsed;
}

export async function durationMs(folder: string, name: string): Promise<number> {
  const seconds = Number((await probe(folder, name)).format.duration);
  if (!(seconds > 0)) throw new WeirError('RENDER_NARRATION_FAILED', `${name} has no length.`);
  return Math.round(seconds * 1_000);
}
