/** Long enough for a browser that asks first where to. */
const KEPT_MS = 60_000;

/** Has the browser save a file, as if it had been linked to. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
