// Numbers as people read them. As in the reports, so that both say the same.

export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? (0).toFixed(decimals) : text;
}

export function percent(share: number): string {
  return `${fixed(share * 100, 0)} %`;
}

/** Whole numbers, and large ones, without decimals. */
export function plain(value: number): string {
  const isWhole = Math.abs(value - Math.round(value)) < 0.005;
  return fixed(value, isWhole || Math.abs(value) >= 10 ? 0 : 2);
}

export function counted(count: number, one: string, many: string): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ',')} ${count === 1 ? one : many}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
