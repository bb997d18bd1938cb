import type { ReactNode } from 'react';
import { NotThere } from '../ui/not-there.tsx';
import { TabHead } from '../ui/tab-head.tsx';
import { ReportTab } from './report-tab.tsx';
import { ScheduleTab } from './schedule-tab.tsx';
import { ThumbnailTab } from './thumbnail-tab.tsx';
import { VideoTab } from './video-tab.tsx';
import '../ui/job.css';
import './reports.css';

/** What is made to be handed on: reports, thumbnails, videos, and when by themselves. */
export function ReportsScreen({ path }: { readonly path: string }): ReactNode {
  return (
    <>
      <TabHead title="Reports" root="/reports" path={path} />
      {tabOf(path)}
    </>
  );
}

function tabOf(path: string): ReactNode {
  switch (path) {
    case '/reports':
      return <ReportTab />;
    case '/reports/thumbnails':
      return <ThumbnailTab />;
    case '/reports/videos':
      return <VideoTab />;
    case '/reports/schedules':
      return <ScheduleTab />;
    default:
      return <NotThere />;
  }
}
