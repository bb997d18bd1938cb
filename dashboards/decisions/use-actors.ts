import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { actorWords } from './decision-words.ts';

/** Names of subjects, as far as this reader may know them. */
export function useActors(): (subject: string) => string {
  const { can, queries, session } = useWorkspace();
  const users = useQuery(queries.users, can('admin') ? 'all' : undefined);
  return (subject) => actorWords(subject, session.user?.id, users.data?.users ?? []);
}
