import type { ReactNode } from 'react';
import { useViewLink } from '../data/router.ts';
import { Link } from '../ui/link.tsx';
import { NotThere } from '../ui/not-there.tsx';
import { screens } from '../ui/screens.ts';
import { ReportTab } from './report-tab.tsx';
import { ScheduleTab } from './schedule-tab.tsx';
import { ThumbnailTab } from './thumbnail-tab.tsx';
import { VideoTab } from './video-tab.tsx';
import '../ui/job.css';
import './reports.css';

/** What is made to be handed on: reports, thumbnails, videos, and when by themselves. */
export function ReportsScreen({ path }: { readonly path: string }): ReactNode {
  const to = useViewLink();
  const tabs = screens.find((screen) => screen.path === '/reports')?.sub ?? [];
  return (
    <>
      <div className="page-head">
        <h1>Reports</h1>
        <nav className="segments controls" aria-label="Parts of Reports">
          {tabs.map((tab) => (
            <Link key={tab.path} to={to(tab.path)} isCurrent={path === tab.path}>
              {tab.title}
            </Link>
          ))}
        </nav>
      </div>
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
