// Places beside each other, as far as the service tells: what is too small, or would
// give something small away, it leaves out and says so.

import {
  Disclosure,
  type DisclosedCount,
  type DisclosedMean,
  type Distribution,
} from '../../gen/pulsetaker/assessment/v1/comparison_pb';
import type {Reading} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import type {CsvValue} from './csv';
import {capital, fixed} from './format';
import {numberOr, textValue} from './table_file';

const LETTERS: Readonly<Record<string, string>> = {
  a: 'authority',
  c: 'organisational capacity',
  v: 'value',
};

/** `corner.capacity`, `arrow.a_c` or `network.hybridity`, in words. */
export function dimensionText(dimension: string): string {
  const [kind, ...rest] = dimension.split('.');
  const name = rest.join(' ');
  if (kind === 'arrow') {
    const [from, to] = name.split('_').map((letter) => LETTERS[letter] ?? letter);
    return `${capital(from ?? '')} to ${to ?? ''}`;
  }
  if (dimension === 'corner.capacity') return 'Organisational capacity';
  return capital(
    (kind === 'corner' || kind === 'network' ? name : dimension).replaceAll('_', ' '),
  );
}

/** `0..20` and `not_measured`, in words. */
export function categoryText(category: string): string {
  const band = /^(-?[\d.]+)\.\.(-?[\d.]+)$/.exec(category);
  return band === null
    ? capital(category.replaceAll('_', ' '))
    : `${band[1]!} to ${band[2]!}`;
}

function hiddenText(disclosure: Disclosure): string {
  return disclosure === Disclosure.TOO_SMALL ? 'too few' : 'withheld';
}

export function countText(count: DisclosedCount | undefined): string {
  if (count === undefined) return '-';
  return count.disclosure === Disclosure.SHOWN
    ? String(count.placeCount ?? 0)
    : hiddenText(count.disclosure);
}

/** The number for a file, or why it is not told. */
export function countCsv(count: DisclosedCount | undefined): CsvValue {
  return count?.disclosure === Disclosure.SHOWN
    ? Number(count.placeCount ?? 0n)
    : textValue(countText(count));
}

export function meanText(
  mean: DisclosedMean | undefined,
  {meanStep}: Pick<Distribution, 'meanStep'>,
): string {
  if (mean === undefined) return '-';
  if (mean.disclosure !== Disclosure.SHOWN || mean.value === undefined) {
    return hiddenText(mean.disclosure);
  }
  return fixed(mean.value, meanStep >= 1 ? 0 : 2);
}

export function meanCsv(
  mean: DisclosedMean | undefined,
  of: Pick<Distribution, 'meanStep'>,
): CsvValue {
  const isShown = mean?.disclosure === Disclosure.SHOWN;
  return numberOr(isShown ? mean.value : undefined, meanText(mean, of));
}

/** Points without decimals, dials of networks with two. */
export function readingText(reading: Reading | undefined, dimension: string): string {
  if (reading?.value === undefined) return '-';
  return fixed(reading.value, dimension.startsWith('network.') ? 2 : 0);
}
