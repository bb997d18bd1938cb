/** Silence after what is spoken, before the next slide. */
export const PAUSE_MS = 500;
