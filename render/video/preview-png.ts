import sharp from 'sharp';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createMeasure } from '../text/measure.ts';
import type { Task } from '../work/task.ts';
import { slidePng } from './slides.ts';

/** The slide exactly as the video has it, smaller: with fewer colours where a photograph would be too large otherwise. */
export async function previewPng(task: Extract<Task, { kind: 'slide' }>): Promise<Buffer> {
  const { count, height, index, look, maxBytes, slide, width } = task;
  const whole = await slidePng(look, slide, { index, count }, createMeasure());
  const small = await sharp(whole).resize(width, height).png().toBuffer();
  if (small.byteLength <= maxBytes) return small;
  const coarse = await sharp(small).png({ palette: true, colours: 128 }).toBuffer();
  if (coarse.byteLength <= maxBytes) return coarse;
  throw new WeirError('RENDER_FAILED', `The preview is larger than ${maxBytes} bytes.`);
}
