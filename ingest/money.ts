/** Minor units stay exact integers in a double, with room to add a few thousand of them up. */
export const MAX_MINOR = 9e15;

const decimal = /^(-?)(\d{1,16})(?:\.(\d{1,400}))?$/;

/**
 * Minor units of a decimal amount, rounded half away from zero at the currency's exponent; undefined when the text or
 * number is no amount or is beyond 9e15 minor units. Decimal text is read digit by digit: 0.145 is 15 cents, not 14. A
 * number is read as the shortest decimal that prints as it.
 */
export function toMinor(amount: number | string, exponent: number): number | undefined {
  if (typeof amount === 'string') return minorOfText(amount, exponent);
  const scale = 10 ** exponent;
  const guess = Math.round(amount * scale);
  // The double nearest to guess/scale is this very number: nothing was lost, which is so for all amounts with few decimals.
  if (Math.abs(guess) <= MAX_MINOR && guess / scale === amount) return guess === 0 ? 0 : guess;
  if (Math.abs(amount) < 1e-6) return 0;
  return minorOfText(String(amount), exponent);
}

/**
 * `minor` units of one currency in minor units of another: times `rate` (units of the other that one unit is worth),
 * rounded half away from zero. Exact: where a double is too close to a half to decide, whole numbers decide.
 */
export function convertMinor(
  minor: number,
  rate: number,
  fromExponent: number,
  toExponent: number,
): number | undefined {
  const exact = minor * rate * 10 ** (toExponent - fromExponent);
  const size = Math.abs(exact);
  if (!(size <= MAX_MINOR)) return undefined;
  const below = Math.floor(size);
  const rounded =
    Math.abs(size - below - 0.5) > size * 2 ** -49
      ? Math.floor(size + 0.5)
      : roundedProduct(Math.abs(minor), rate, toExponent - fromExponent);
  return exact < 0 && rounded !== 0 ? -rounded : rounded;
}

function minorOfText(text: string, exponent: number): number | undefined {
  const match = decimal.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const kept = fraction.slice(0, exponent).padEnd(exponent, '0');
  const up = fraction.charCodeAt(exponent) >= 53 ? 1 : 0;
  const value = Number(whole + kept) + up;
  if (value > MAX_MINOR) return undefined;
  return sign === '-' && value !== 0 ? -value : value;
}

function roundedProduct(minor: number, rate: number, shift: number): number {
  const [mantissa = '0', power = '0'] = rate.toExponential().split('e');
  const [units = '0', decimals = ''] = mantissa.split('.');
  const tens = Number(power) - decimals.length + shift;
  const product = BigInt(minor) * BigInt(units + decimals);
  if (tens >= 0) return Number(product * 10n ** BigInt(tens));
  const divisor = 10n ** BigInt(-tens);
  return Number((2n * product + divisor) / (2n * divisor));
}
