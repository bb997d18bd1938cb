/** Names of what can be rendered, without their schemas: the browser takes these alone. */
export const renderKinds = ['report', 'chart', 'thumbnail', 'video'] as const;
export type RenderKind = (typeof renderKinds)[number];
export const renderStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export const reportPeriods = ['day', 'week', 'month', 'quarter', 'year', 'custom'] as const;
export type ReportPeriod = (typeof reportPeriods)[number];
export const reportFormats = ['pdf', 'xlsx', 'html', 'csv', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];
export const thumbnailTemplates = ['headline', 'split', 'figure'] as const;
export type ThumbnailTemplate = (typeof thumbnailTemplates)[number];
export const palettes = ['ink', 'paper', 'sea', 'ember'] as const;
export type PaletteName = (typeof palettes)[number];
