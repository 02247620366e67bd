import {describe, expect, it} from 'vitest';
import {csvCell, csvFile, type CsvValue} from './csv';
import {fileName, slug} from './file_name';
import {withTexts} from './png_text';
import {numberOr, tableFile, textValue} from './table_file';

describe('a cell of a table', () => {
  const cells: readonly [string, CsvValue, string][] = [
    ['a text', 'North', 'North'],
    ['nothing', undefined, ''],
    ['a number', 62.5, '62.5'],
    ['a number below 0', -3.25, '-3.25'],
    ['no number', Number.NaN, ''],
    ['a comma', 'care, young', '"care, young"'],
    ['a quote', 'the "hub"', '"the ""hub"""'],
    ['two lines', 'a\r\nb', '"a\r\nb"'],
    ['=', '=1+1', `"'=1+1"`],
    ['+', '+44', `"'+44"`],
    ['-', '-2+3', `"'-2+3"`],
    ['@', '@SUM(A1)', `"'@SUM(A1)"`],
    ['a tab', '\t=1', `"'\t=1"`],
    ['a carriage return', '\r=1', `"'\r=1"`],
    ['a line feed', '\n=1', `"'\n=1"`],
    ['a wide =', '＝1', `"'＝1"`],
    ['a formula with quotes', '=A("x",1)', `"'=A(""x"",1)"`],
    ['a sign within', 'a=b', 'a=b'],
    ['another script', 'Łódź', 'Łódź'],
  ];
  for (const [name, value, text] of cells) {
    it(`with ${name} is written so that it is read as it is`, () =>
      expect(csvCell(value)).toBe(text));
  }
});

describe('the file of a table', () => {
  it('begins with the mark of UTF-8, and ends each line as RFC 4180 says', () => {
    expect(csvFile([['a', 'b'], [1]])).toBe('\ufeffa,b\r\n1\r\n');
  });

  it('has numbers as they are, reasons as they are, and nothing for a dash', () => {
    const columns = [
      {label: 'Corner', value: ({name}: {name: string}) => name},
      {
        label: 'Level',
        value: ({level, text}: {level?: number; text: string}) => numberOr(level, text),
      },
    ];
    const rows = [
      {name: 'Value', level: 61.23, text: '61'},
      {name: 'Authority', text: 'not measured'},
      {name: 'Capacity', text: '-'},
    ];
    expect(tableFile(columns, rows)).toBe(
      '\ufeffCorner,Level\r\nValue,61.23\r\nAuthority,not measured\r\nCapacity,\r\n',
    );
    expect(textValue('-5 to 5')).toBe('-5 to 5');
  });
});

describe('the name of a file', () => {
  it('has place, survey, wave and what it is', () => {
    expect(fileName(['fenwick', 'sample', '2', 'Corners'], 'csv')).toBe(
      'fenwick-sample-2-corners.csv',
    );
  });

  it('is one on any system', () => {
    expect(slug('If they left: a/b\\c')).toBe('if-they-left-a-b-c');
    expect(slug('../Größe')).toBe('gro-e');
    expect(fileName(['', '日本'], 'svg')).toBe('pulsetaker.svg');
  });
});

it('says within a PNG what it is, where readers look for it', () => {
  const png = Uint8Array.from({length: 60}, (_, index) => index);
  const parts = withTexts(png, {Title: 'Städte'});
  const whole = Buffer.concat(parts);
  expect(whole.subarray(0, 33)).toEqual(Buffer.from(png.slice(0, 33)));
  expect(whole.subarray(-27)).toEqual(Buffer.from(png.slice(33)));
  const chunk = Buffer.from(parts[1]!);
  expect(chunk.readUInt32BE(0)).toBe(chunk.length - 12);
  expect(chunk.toString('utf8', 4, chunk.length - 4)).toBe('iTXtTitle\0\0\0\0\0Städte');
  // As zlib's own crc32 gives it.
  expect(chunk.readUInt32BE(chunk.length - 4)).toBe(0xa56b342d);
});
