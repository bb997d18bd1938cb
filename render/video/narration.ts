import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, WeirError } from '../../platform/errors/weir-error.ts';
import type { SpeechSettings, VideoTask } from '../work/task.ts';
import { findTool, runTool } from './tools.ts';

/** How a video is spoken, decided before anything is made. */
export type Speaker =
  | { readonly kind: 'openai'; readonly settings: SpeechSettings; readonly costUsd: number }
  | { readonly kind: 'espeak' }
  | { readonly kind: 'none'; readonly note: string | undefined };

const ESPEAK_TIMEOUT_MS = 60_000;
const SPEECH_TIMEOUT_MS = 60_000;
/** What the service takes at once. */
const MAX_SPEECH_CHARS = 4_096;

/** Who speaks: the service where it is asked for or configured, else espeak-ng, else nobody, and then why. Throws RENDER_COST_LIMIT. */
export function chooseSpeaker(
  task: Pick<VideoTask, 'voice' | 'speech' | 'costLimitUsd'> & {
    readonly slides: readonly { readonly narration: string }[];
  },
  path?: string,
): Speaker {
  const { voice, speech } = task;
  const characters = task.slides.reduce((sum, { narration }) => sum + narration.length, 0);
  if (voice === 'none' || characters === 0) return { kind: 'none', note: undefined };
  if ((voice === 'openai' || voice === 'auto') && speech !== undefined) {
    const costUsd = (characters * speech.usdPerMillionCharacters) / 1_000_000;
    if (costUsd > task.costLimitUsd)
      throw new WeirError(
        'RENDER_COST_LIMIT',
        `Speaking ${characters} characters would cost ${costUsd.toFixed(2)} USD; the limit is ${task.costLimitUsd.toFixed(2)}.`,
      );
    return { kind: 'openai', settings: speech, costUsd };
  }
  if (findTool('espeak-ng', path) !== undefined) return { kind: 'espeak' };
  const wanted = voice === 'openai' ? 'no speech service is configured (WEIR_SPEECH_KEY) and ' : '';
  return {
    kind: 'none',
    note: `Captions only, no narration: ${wanted}espeak-ng is not installed on this machine.`,
  };
}

/** Speaks one text into a WAV file of the folder. Throws RENDER_NARRATION_FAILED. */
export async function speak(
  speaker: Exclude<Speaker, { kind: 'none' }>,
  text: string,
  folder: string,
  name: string,
): Promise<void> {
  if (speaker.kind === 'espeak') {
    // The text goes through a pipe: no argument list holds what a person wrote.
    await runTool('espeak-ng', ['-v', 'en-us', '-s', '158', '-g', '4', '-w', name, '--stdin'], {
      cwd: folder,
      timeoutMs: ESPEAK_TIMEOUT_MS,
      stdin: text,
    });
    return;
  }
  const { settings } = speaker;
  const { OpenAI } = await import('openai');
  const client = new OpenAI({
    apiKey: settings.key,
    ...(settings.baseUrl === undefined ? {} : { baseURL: settings.baseUrl }),
    maxRetries: 2,
    timeout: SPEECH_TIMEOUT_MS,
  });
  try {
    const response = await client.audio.speech.create({
      model: settings.model,
      voice: 'alloy',
      input: text.slice(0, MAX_SPEECH_CHARS),
      response_format: 'wav',
    });
    writeFileSync(join(folder, name), Buffer.from(await response.arrayBuffer()));
  } catch (error) {
    throw new WeirError(
      'RENDER_NARRATION_FAILED',
      `The speech service refused: ${messageOf(error).slice(0, 200)}`,
      { cause: error },
    );
  }
}
