// One line an event, as JSON. Never a token, a name, or what a call is about.

import type {DescMethod} from '@bufbuild/protobuf';

export interface CallLine {
  readonly method: DescMethod;
  readonly code: string;
  readonly milliseconds: number;
}

export type CallLog = (line: CallLine) => void;
export type EventLog = (event: string, fields?: Record<string, unknown>) => void;

export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

export const writeEvent: EventLog = (event, fields = {}) => {
  process.stdout.write(
    `${JSON.stringify({time: new Date().toISOString(), event, ...fields})}\n`,
  );
};

export function writeCall({method, code, milliseconds}: CallLine): void {
  writeEvent('call', {
    method: `${method.parent.typeName}/${method.name}`,
    code,
    milliseconds: Math.round(milliseconds),
  });
}
