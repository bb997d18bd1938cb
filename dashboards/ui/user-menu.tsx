import { useState, type ReactNode } from 'react';
import { themes, usePreferences, type Theme } from '../data/preferences.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Icon } from './icons.tsx';
import { Menu } from './menu.tsx';
import { PasswordDialog } from './password-dialog.tsx';

const themeTitles: Readonly<Record<Theme, string>> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
  contrast: 'High contrast',
};

export function UserMenu({
  onSignOut,
  onHelp,
}: {
  readonly onSignOut: () => void;
  readonly onHelp: () => void;
}): ReactNode {
  const { session } = useWorkspace();
  const [{ theme }, set] = usePreferences();
  const [isAsking, setAsking] = useState(false);
  const { user } = session;
  return (
    <>
      <Menu label="You, theme and sign-out" button={<Icon name="person" />}>
        <div>
          <p className="strong ellipsis">{user?.name ?? 'API key'}</p>
          <p className="small quiet ellipsis">
            {user === undefined ? '' : `${user.email} · `}
            {session.role ?? ''}
          </p>
        </div>
        <div className="field">
          <label htmlFor="theme">Theme</label>
          <select
            id="theme"
            className="select"
            value={theme}
            onChange={(event) =>
              set({ theme: themes.find((each) => each === event.target.value) ?? 'system' })
            }
          >
            {themes.map((each) => (
              <option key={each} value={each}>
                {themeTitles[each]}
              </option>
            ))}
          </select>
        </div>
        <button type="button" className="button" onClick={onHelp}>
          <Icon name="help" /> Help and shortcuts
        </button>
        {user === undefined ? null : (
          <button type="button" className="button" onClick={() => setAsking(true)}>
            {user.passwordSet ? 'Change password' : 'Set a password'}
          </button>
        )}
        <button type="button" className="button" onClick={onSignOut}>
          Sign out
        </button>
      </Menu>
      {isAsking ? <PasswordDialog onClose={() => setAsking(false)} /> : null}
    </>
  );
}
