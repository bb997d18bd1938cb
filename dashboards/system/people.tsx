import { useState, type ReactNode } from 'react';
import type { UserView } from '../../platform/contracts/session.ts';
import type { Role } from '../../platform/contracts/tenant.ts';
import { useQuery } from '../data/hooks.ts';
import { roles, type Invited } from '../data/wire-admin.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Secret } from '../ui/copy.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';

const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'reads',
  analyst: 'reads, adds KPIs',
  approver: 'reads, approves decisions',
  billing: 'reads, handles bills',
  admin: 'everything but owners',
  owner: 'everything',
};

/** Who may see this tenant, and as what. */
export function People(): ReactNode {
  const { api, can, format, queries, session } = useWorkspace();
  const isAdmin = can('admin');
  const users = useQuery(queries.users, isAdmin ? 'all' : undefined);
  const action = useAction();
  const [open, setOpen] = useState<'invite' | UserView>();
  const [invited, setInvited] = useState<Invited>();
  const columns: readonly Column<UserView>[] = [
    {
      id: 'name',
      title: 'Name',
      isName: true,
      value: (user) => user.name,
      cell: (user) => (
        <>
          <span className="strong">{user.name}</span>
          <span className="small quiet below">{user.email}</span>
        </>
      ),
    },
    {
      id: 'role',
      title: 'Role',
      value: (user) => user.role,
      cell: (user) => (
        <select
          className="select"
          aria-label={`Role of ${user.name}`}
          title={roleWords[user.role]}
          value={user.role}
          disabled={user.id === session.user?.id}
          aria-disabled={action.isRunning}
          onChange={(event) => {
            const role = roles.find((each) => each === event.target.value);
            if (role !== undefined)
              action.run(async () => {
                await api.changeRole(user.id, role);
                queries.users.refresh();
              });
          }}
        >
          {roles.map((role) => (
            <option key={role} value={role}>
              {role}
            </option>
          ))}
        </select>
      ),
    },
    {
      id: 'since',
      title: 'Since',
      value: (user) => user.createdAtMs,
      cell: (user) => <span className="nowrap">{format.date(user.createdAtMs)}</span>,
    },
    {
      id: 'actions',
      title: 'Actions',
      cell: (user) =>
        user.id === session.user?.id ? (
          <span className="quiet">you</span>
        ) : (
          <button type="button" className="button button-small button-danger" onClick={() => setOpen(user)}>
            Remove<span className="unseen"> {user.name}</span>
          </button>
        ),
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="people-title">
      <h2 id="people-title">People</h2>
      {isAdmin ? null : <p className="quiet">Admins see and invite people.</p>}
      {users.problem === undefined ? null : (
        <ProblemNote problem={users.problem} onRetry={queries.users.refresh} />
      )}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      {invited === undefined ? null : <InvitedNote invited={invited} />}
      {isAdmin && users.data === undefined && users.problem === undefined ? <Skeleton height={160} /> : null}
      {users.data === undefined ? null : (
        <Table
          id="people"
          label="People"
          columns={columns}
          rows={users.data.users}
          rowKey={(user) => user.id}
          isPlain
          tools={
            <button type="button" className="button button-primary" onClick={() => setOpen('invite')}>
              <Icon name="plus" /> Invite
            </button>
          }
        />
      )}
      {open === 'invite' ? (
        <InviteDialog
          onClose={() => setOpen(undefined)}
          onInvited={(next) => {
            setInvited(next);
            queries.users.refresh();
          }}
        />
      ) : null}
      {open === undefined || open === 'invite' ? null : (
        <ConfirmDialog
          title={`Remove ${open.name}`}
          confirm="Remove"
          onClose={() => setOpen(undefined)}
          onConfirm={async () => {
            await api.removeUser(open.id);
            queries.users.refresh();
          }}
        >
          <p>
            {open.name} loses access to {session.tenant.name} at once; open sessions end.
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function InvitedNote({ invited }: { readonly invited: Invited }): ReactNode {
  const { format } = useWorkspace();
  const { user, link, expiresAtMs } = invited;
  if (link === undefined)
    return (
      <Notice tone="good">{user.email} has an account already and finds this tenant after signing in.</Notice>
    );
  return (
    <Secret secret={link}>
      <p className="strong">Send this link to {user.email}. It is shown once.</p>
      <p>It works once{expiresAtMs === undefined ? '' : `, until ${format.dateTime(expiresAtMs)}`}.</p>
    </Secret>
  );
}

function InviteDialog({
  onClose,
  onInvited,
}: {
  readonly onClose: () => void;
  readonly onInvited: (invited: Invited) => void;
}): ReactNode {
  const { api } = useWorkspace();
  const action = useAction();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  return (
    <FormDialog
      title="Invite somebody"
      onClose={onClose}
      submit="Make the link"
      action={action}
      onSubmit={async () => {
        onInvited(await api.invite({ email: email.trim(), name: name.trim(), role }));
        onClose();
      }}
      isReady={email.trim() !== '' && name.trim() !== ''}
    >
      <div className="form-row">
        <TextField label="Name" fault={action.faultOf('name')} value={name} onChange={setName} />
        <TextField
          label="E-mail address"
          fault={action.faultOf('email')}
          type="email"
          value={email}
          onChange={setEmail}
        />
      </div>
      <ChoiceField
        label="Role"
        hint={roleWords[role]}
        fault={action.faultOf('role')}
        value={role}
        choices={roles.map((each) => [each, each])}
        onChange={(chosen) => setRole(roles.find((each) => each === chosen) ?? 'viewer')}
      />
    </FormDialog>
  );
}
