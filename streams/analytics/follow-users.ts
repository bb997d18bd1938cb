import { MAX_FOLLOWED_USERS } from '../../platform/contracts/analytics.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

/** The state of a user, made at the first event. Throws ANALYTICS_TOO_LARGE beyond the users that can be held. */
export function followedUser<S>(users: Map<string, S>, user: string, create: () => S): S {
  const known = users.get(user);
  if (known !== undefined) return known;
  if (users.size >= MAX_FOLLOWED_USERS) throw tooManyUsers();
  const made = create();
  users.set(user, made);
  return made;
}

export function tooManyUsers(): WeirError {
  return new WeirError(
    'ANALYTICS_TOO_LARGE',
    `More than ${MAX_FOLLOWED_USERS.toLocaleString('en-US')} users have such events in this range.`,
  );
}
