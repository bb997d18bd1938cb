import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Whether a Vulkan driver is installed where the loader looks for its manifests (Vulkan Loader, "Driver Discovery on Linux"). Asked
 * before WebGPU is loaded on Linux: without one it fails, but only after writing warnings of its own over the start of the engine.
 */
export function hasVulkanDriver(
  env: Readonly<Record<string, string | undefined>>,
  list: (folder: string) => readonly string[] = listFolder,
): boolean {
  if (['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'].some((name) => (env[name] ?? '') !== ''))
    return true;
  const shared = env['XDG_DATA_DIRS'] ?? '';
  const roots = [
    env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
    ...(env['XDG_CONFIG_DIRS'] ?? '/etc/xdg').split(':'),
    '/etc',
    env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'),
    ...(shared === '' ? ['/usr/local/share', '/usr/share'] : shared.split(':')),
  ];
  return roots.some((root) =>
    list(join(root, 'vulkan', 'icd.d')).some((name) => name.toLowerCase().endsWith('.json')),
  );
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
