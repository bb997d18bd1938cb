// Runs before the first paint, so that a page never flashes in the theme it will not have.
try {
  document.documentElement.dataset.theme = localStorage.getItem('weir-theme') ?? 'system';
} catch {
  document.documentElement.dataset.theme = 'system';
}
