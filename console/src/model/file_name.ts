// What files are called: place, survey, wave and what they are, for any file system.

/** Letters and digits of ASCII, with a hyphen for what is between them. */
export function slug(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}

export function fileName(parts: readonly string[], ending: string): string {
  const words = parts.map(slug).filter((part) => part !== '');
  return `${words.join('-') || 'pulsetaker'}.${ending}`;
}
