// What a picture is, written into its file: chunks of text, which readers of PNG that do
// not know them pass over.

const SIGNATURE_AND_HEADER = 8 + 25;

function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** `iTXt`, which is UTF-8: not compressed, of no language. */
function textChunk(keyword: string, text: string): Uint8Array {
  const content = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text}`);
  const chunk = new Uint8Array(4 + content.length + 4);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length - 4);
  chunk.set(content, 4);
  view.setUint32(4 + content.length, checksum(content));
  return chunk;
}

/** The same picture with texts after its header. */
export function withTexts(
  png: Uint8Array,
  texts: Readonly<Record<string, string>>,
): Uint8Array[] {
  return [
    png.slice(0, SIGNATURE_AND_HEADER),
    ...Object.entries(texts).map(([keyword, text]) => textChunk(keyword, text)),
    png.slice(SIGNATURE_AND_HEADER),
  ];
}
