/** Hashing is slow on purpose and runs off the event loop. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** False on a wrong password and on a hash it cannot read. */
  verify(hash: string, password: string): Promise<boolean>;
}

/** What a new password must not be, in words for the person; undefined when it is fine. Length is checked by the schema. */
export function passwordFault(password: string, context: readonly string[]): string | undefined {
  const plain = password.normalize('NFKC').toLowerCase();
  if (common.has(plain)) return 'This password is among the most used ones. Take another.';
  if (new Set(plain).size < 4) return 'This password repeats too few characters. Take another.';
  for (const word of context) {
    const known = word.toLowerCase();
    if (known.length >= 4 && plain === known) return 'This password is your name or address. Take another.';
  }
  return undefined;
}

/** The most used passwords of eight characters and more, over the published lists of leaked ones. */
const common: ReadonlySet<string> = new Set(
  (
    '12345678 123456789 1234567890 password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword ' +
    'qwertyui qwertyuiop qwerty123 qwerty1234 qwerty12345 1q2w3e4r 1q2w3e4r5t 1qaz2wsx qazwsxedc zaq12wsx zxcvbnm1 ' +
    'asdfghjkl asdfasdf iloveyou iloveyou1 iloveyou2 sunshine princess football baseball basketball superman batman123 ' +
    'starwars pokemon1 trustno1 welcome1 welcome123 letmein1 letmein123 admin123 administrator changeme changeme1 ' +
    'abcd1234 abc12345 abcdefgh a1b2c3d4 11111111 00000000 88888888 12341234 12344321 87654321 987654321 123123123 ' +
    '1234qwer q1w2e3r4 computer internet whatever michelle jennifer alexander samantha charlie1 dragon123 monkey123 ' +
    'master123 shadow123 michael1 liverpool chelsea1 arsenal1 secret123 testtest test1234 testing123 default1 ' +
    'google123 facebook youtube1 linkedin weirweir weir1234 weir12345 dashboard'
  ).split(' '),
);
