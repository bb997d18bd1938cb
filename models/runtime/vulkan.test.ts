import { expect, test } from 'vitest';
import { hasVulkanDriver } from './vulkan.ts';

const machine =
  (files: Readonly<Record<string, readonly string[]>>) =>
  (folder: string): readonly string[] =>
    files[folder] ?? [];

test.each([
  ['nothing', {}, {}, false],
  ['a driver of the distribution', {}, { '/usr/share/vulkan/icd.d': ['lvp_icd.x86_64.json'] }, true],
  ["a driver of the machine's owner", {}, { '/etc/vulkan/icd.d': ['nvidia_icd.json'] }, true],
  ['a folder with something else', {}, { '/etc/vulkan/icd.d': ['README'] }, false],
  [
    'a driver where the data folders are named',
    { XDG_DATA_DIRS: '/opt/share:/x' },
    { '/opt/share/vulkan/icd.d': ['a.json'] },
    true,
  ],
  ['a driver that is named', { VK_ICD_FILENAMES: '/x/icd.json' }, {}, true],
] as const)('%s', (_, env, files, expected) => {
  expect(hasVulkanDriver(env, machine(files))).toBe(expected);
});
