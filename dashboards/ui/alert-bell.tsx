import type { ReactNode } from 'react';
import { useOpenAlerts, useTopic } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { Icon } from './icons.tsx';
import { Link } from './link.tsx';
import './alert-bell.css';

/** How many threads fire that nobody takes care of, on every screen; leads to the inbox. */
export function AlertBell(): ReactNode {
  const to = useViewLink();
  useTopic('alerts');
  const firing = useOpenAlerts()?.firing ?? 0;
  const words = firing === 0 ? 'No alert fires' : `${firing} ${firing === 1 ? 'alert fires' : 'alerts fire'}`;
  return (
    <>
      <Link to={to('/alerts')} className="icon-button bell" label={`Alerts: ${words}`} title={words}>
        <Icon name="alerts" />
        {firing === 0 ? null : (
          <span className="bell-count" aria-hidden="true">
            {firing > 99 ? '99+' : firing}
          </span>
        )}
      </Link>
      <span className="unseen" role="status">
        {firing === 0 ? '' : words}
      </span>
    </>
  );
}
