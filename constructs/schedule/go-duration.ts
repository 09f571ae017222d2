/** @module Durations as Go's `time.ParseDuration` reads them, which is what `@every` takes. */

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const LIMIT = 1n << 63n;

/**
 * The nanoseconds of a text such as `1h30m`, `1.5h` or `-2m`.
 *
 * @throws an Error with Go's own message
 */
export function parseDuration(text: string): bigint {
  const quoted = JSON.stringify(text);
  const invalid = new Error(`time: invalid duration ${quoted}`);
  const negative = text.startsWith('-');
  let rest = text.replace(/^[-+]/, '');
  if (rest === '0') return 0n;
  if (rest === '') throw invalid;
  let total = 0n;
  while (rest !== '') {
    const part = /^([0-9]*)(?:\.([0-9]*))?([^.0-9]*)/.exec(rest) ?? [];
    const [all = '', whole = '', fraction = '', name = ''] = part;
    if ((whole === '' && fraction === '') || BigInt(whole) > LIMIT) throw invalid;
    if (name === '') throw new Error(`time: missing unit in duration ${quoted}`);
    const unit = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
    if (!unit) throw new Error(`time: unknown unit ${JSON.stringify(name)} in duration ${quoted}`);
    total += BigInt(whole) * unit + fractionOf(unit, fraction);
    if (total > LIMIT) throw invalid;
    rest = rest.slice(all.length);
  }
  if (negative) return -total;
  if (total >= LIMIT) throw invalid;
  return total;
}

function fractionOf(unit: bigint, digits: string): bigint {
  const significant = digits.slice(0, 18);
  return (BigInt(significant || '0') * unit) / 10n ** BigInt(significant.length);
}
