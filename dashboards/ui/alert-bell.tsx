import type { ReactNode } from 'react';
import { useOpenAlerts, useQuery, useTopic } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Icon } from './icons.tsx';
import { Link } from './link.tsx';
import './alert-bell.css';

/** How many threads fire that nobody takes care of, and how many notices I have not read, on every screen; leads to the inbox. */
export function AlertBell(): ReactNode {
  const to = useViewLink();
  useTopic('alerts');
  const firing = useOpenAlerts()?.firing ?? 0;
  const { queries } = useWorkspace();
  const unread = useQuery(queries.notices, 'all').data?.unread ?? 0;
  const fires = firing === 0 ? 'No alert fires' : `${firing} ${firing === 1 ? 'alert fires' : 'alerts fire'}`;
  const words =
    unread === 0 ? fires : `${fires}, ${unread} unread ${unread === 1 ? 'notice' : 'notices'} to you`;
  return (
    <>
      <Link to={to('/alerts')} className="icon-button bell" label={`Alerts: ${words}`} title={words}>
        <Icon name="alerts" />
        {firing + unread === 0 ? null : (
          <span className="bell-count" aria-hidden="true">
            {firing === 0 ? '•' : firing > 99 ? '99+' : firing}
          </span>
        )}
      </Link>
      <span className="unseen" role="status">
        {firing + unread === 0 ? '' : words}
      </span>
    </>
  );
}
