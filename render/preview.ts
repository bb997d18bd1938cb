import type { SlidePreview, SlidePreviewWish } from '../platform/contracts/render-preview.ts';
import type { Tenant } from '../platform/contracts/tenant.ts';
import { WeirError } from '../platform/errors/weir-error.ts';
import type { WorkProcess } from './adapters/work-process.ts';
import type { VideoSlide } from './work/task.ts';
import { cueTexts } from './video/captions.ts';

export interface PreviewDeps {
  readonly processes: WorkProcess;
  readonly slideOf: (tenant: Tenant, wish: SlidePreviewWish, folder: string) => Promise<VideoSlide>;
}

export interface Previews {
  /** Throws RENDER_BUSY, RENDER_TIMEOUT and what drawing throws. */
  draw(tenant: Tenant, wish: SlidePreviewWish): Promise<SlidePreview>;
  readonly waiting: number;
}

/** People wait for them: two at once beside the queue of renders, and no line that is longer than the patience. */
const AT_ONCE = 2;
const MAX_WAITING = 8;
const MAX_WAITING_OF_TENANT = 4;
const TIMEOUT_MS = 20_000;
/** What a request may answer is 1 MiB; a third is lost to base64. */
const MAX_BYTES = 700_000;
export const PREVIEW = { width: 960, height: 540 } as const;

/** Draws single slides, each in a process of its own as the video's are, and keeps nothing. */
export function createPreviews({ processes, slideOf }: PreviewDeps): Previews {
  let running = 0;
  let drawn = 0;
  const waiting: { readonly tenant: string; readonly go: () => void }[] = [];

  const enter = async (tenant: string): Promise<void> => {
    if (running < AT_ONCE) {
      running += 1;
      return;
    }
    const ofTenant = waiting.filter((each) => each.tenant === tenant).length;
    if (waiting.length >= MAX_WAITING || ofTenant >= MAX_WAITING_OF_TENANT)
      throw new WeirError('RENDER_BUSY', 'Too many previews wait already.');
    await new Promise<void>((go) => waiting.push({ tenant, go }));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next.go();
  };

  return {
    draw: async (tenant, wish) => {
      await enter(tenant.id);
      try {
        const folder = processes.folder(`preview-${(drawn += 1)}`);
        const slide = await slideOf(tenant, wish, folder);
        const late = AbortSignal.timeout(TIMEOUT_MS);
        const made = await processes
          .run(
            {
              kind: 'slide',
              slide,
              look: {
                palette: wish.palette ?? 'ink',
                badge: tenant.simulated ? 'Simulated data' : undefined,
                currency: tenant.currency,
                timeZone: tenant.timeZone,
              },
              index: wish.index,
              count: wish.count,
              ...PREVIEW,
              maxBytes: MAX_BYTES,
            },
            { folder, signal: late, progress: () => {} },
          )
          .catch((error: unknown) => {
            if (!late.aborted) throw error;
            throw new WeirError('RENDER_TIMEOUT', 'The preview took more than 20 seconds.', { cause: error });
          });
        const [file] = made.files;
        if (file === undefined) throw new WeirError('RENDER_FAILED', 'The slide was not drawn.');
        return {
          pngBase64: Buffer.from(file.bytes).toString('base64'),
          ...PREVIEW,
          caption: cueTexts(slide.narration)[0] ?? '',
        };
      } finally {
        leave();
      }
    },
    get waiting() {
      return waiting.length;
    },
  };
}
