// Runs before the first paint, so that a page never flashes in the theme it will not have.
try {
  document.documentElement.dataset.theme = localStorage.getItem('weir-theme') ?? 'system';
} catch {
  document.documentElement.dataset.theme = 'system';
}

// Now is what most come for: its files are asked for beside the script that needs them. Other screens load without them.
const firstScreen = document.querySelector('meta[name="first-screen"]')?.getAttribute('content');
if (firstScreen && ['/', '/now', '/welcome'].includes(location.pathname)) {
  for (const href of firstScreen.split(' ')) {
    const link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = href;
    document.head.append(link);
  }
}
