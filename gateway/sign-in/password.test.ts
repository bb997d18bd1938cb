import { expect, test } from 'vitest';
import { passwordFault } from './password.ts';

test.each([
  'password',
  'Password1',
  'qwerty123',
  'ｐａｓｓｗｏｒｄ',
  'aabbaabbaabb',
  'ann@example.org',
  'Annalena',
])('%s is refused', (password) => {
  expect(passwordFault(password, ['ann@example.org', 'ann', 'annalena'])).toBeDefined();
});

test.each(['correct horse battery', 'ann@example.org but longer', 'пароль-длинный', '🐟🐠🐡🦈'])(
  '%s is fine',
  (password) => {
    expect(passwordFault(password, ['ann@example.org', 'ann'])).toBeUndefined();
  },
);
