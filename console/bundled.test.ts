import {expect, it} from 'vitest';
import {leadingComment, packageFolder} from './bundled';

const ROOT = '/src/console';

it('knows the package that a module is of', () => {
  for (const [id, folder] of [
    ['node_modules/preact/dist/preact.module.js', 'node_modules/preact'],
    [
      'node_modules/@connectrpc/connect/dist/esm/code.js',
      'node_modules/@connectrpc/connect',
    ],
    ['node_modules/a/node_modules/b/c.js', 'node_modules/a/node_modules/b'],
  ] as const) {
    expect(packageFolder(`${ROOT}/${id}`, ROOT)).toBe(`${ROOT}/${folder}`);
  }
});

it('knows what the builder adds, and makes of a package', () => {
  expect(packageFolder('\0vite/preload-helper.js', ROOT)).toBe(
    '/src/console/node_modules/vite',
  );
  expect(
    packageFolder(`\0${ROOT}/node_modules/events/events.js?commonjs-module`, ROOT),
  ).toBe('/src/console/node_modules/events');
});

it('tells what is generated from protos of others from what is ours', () => {
  expect(packageFolder(`${ROOT}/gen/google/rpc/error_details_pb.ts`, ROOT)).toBe(
    '/src/proto/node_modules/google-proto-files',
  );
  for (const own of ['gen/pulsetaker/survey/v1/wave_pb.ts', 'src/main.tsx']) {
    expect(packageFolder(`${ROOT}/${own}`, ROOT)).toBeUndefined();
  }
});

it('finds what a file says of itself', () => {
  expect(leadingComment('// Copyright A\n// B\nx();\n// C\n')).toBe(
    '// Copyright A\n// B',
  );
  expect(leadingComment('/* Copyright\n A */\nx();')).toBe('/* Copyright\n A */');
  expect(leadingComment('x();\n// Copyright A\n')).toBe('');
});
