import type { TrackedPost } from '../../platform/contracts/posts.ts';
import type { MinuteCount } from './posts.ts';

/** What posts are counted from: the stored events by position. */
export interface PostEvents {
  /** Minutes of contents in batches after `afterSeq` up to `toSeq`. */
  minutes(afterSeq: number, toSeq: number): Promise<readonly MinuteCount[]>;
  /** All of these posts up to `toSeq`, in as few parts as the edges ask for. */
  past(
    tenant: string,
    posts: readonly { readonly content: string; readonly publishedAtMs: number }[],
    toSeq: number,
  ): Promise<readonly MinuteCount[]>;
}

/** Table `posts`: absolute rows. */
export interface PostRows {
  write(
    rows: readonly { readonly tenant: string; readonly post: TrackedPost }[],
    version: number,
  ): Promise<void>;
}
