import type { ModelsConfig } from '../config.ts';

/** Settings of tests: WebAssembly, asked often, and an owner who need not wait for himself. */
export const testSettings: ModelsConfig = {
  backend: 'wasm',
  checkSeconds: 1,
  firstCheckSeconds: 0,
  maxThreadHeapMiB: 512,
  leaseTtlMs: 2_000,
  owner: 'test',
};
