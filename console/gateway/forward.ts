// Passes calls on to the services, and answers back.

import type {
  DescMessage,
  DescMethod,
  DescMethodServerStreaming,
  DescMethodUnary,
  Message,
  MessageInitShape,
} from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type HandlerContext,
  type Transport,
} from '@connectrpc/connect';
import type {CallLog} from './log';

/** Calls under way, over all services. */
export class Calls {
  #count = 0;

  constructor(private readonly max: number) {}

  begin(): () => void {
    if (this.#count >= this.max) {
      throw new ConnectError(
        'the gateway has as many calls under way as it takes',
        Code.ResourceExhausted,
      );
    }
    this.#count++;
    return () => {
      this.#count--;
    };
  }
}

/** The caller's token, and nothing else of what the browser sends. */
function passedHeaders(from: Headers): Headers {
  const headers = new Headers();
  const authorization = from.get('authorization');
  if (authorization !== null) headers.set('authorization', authorization);
  return headers;
}

/** What went wrong on the way, and is no answer of the service. */
function describe(code: Code, server: string): string | undefined {
  switch (code) {
    case Code.Canceled:
    case Code.DeadlineExceeded:
      return undefined;
    case Code.Unavailable:
      return `the ${server} service cannot be reached`;
    default:
      return `the call of the ${server} service failed`;
  }
}

/**
 * The error as the service sent it: code, message and details. Of one that never came
 * from a service, such as a refused connection, the text names sockets and addresses,
 * which are nobody's business in a browser.
 */
export function passedError(cause: unknown, server: string): ConnectError {
  const error = ConnectError.from(cause);
  const isOfService = error.cause === undefined || error.details.length > 0;
  const own = isOfService ? undefined : describe(error.code, server);
  const passed = new ConnectError(own ?? error.rawMessage, error.code);
  passed.details = error.details;
  return passed;
}

export interface Target {
  readonly server: string;
  readonly transport: Transport;
  readonly calls: Calls;
  readonly defaultTimeout: number;
  readonly log: CallLog;
  readonly isByInvitation: boolean;
}

function checkInvitation(request: Message, {isByInvitation}: Target): void {
  const hasOne = 'invitationToken' in request && request.invitationToken !== '';
  if (isByInvitation && !hasOne) {
    throw new ConnectError(
      'the console answers by invitation alone',
      Code.InvalidArgument,
    );
  }
}

async function* once<T>(message: T): AsyncIterable<T> {
  yield message;
}

/** Counts and logs a call, and passes its error on. */
async function* accounted<T>(
  method: DescMethod,
  target: Target,
  call: () => AsyncIterable<T>,
): AsyncGenerator<T> {
  const begin = performance.now();
  let code = 'ok';
  let end: (() => void) | undefined;
  try {
    end = target.calls.begin();
    yield* call();
  } catch (cause) {
    const error = passedError(cause, target.server);
    code = Code[error.code];
    throw error;
  } finally {
    end?.();
    target.log({method, code, milliseconds: performance.now() - begin});
  }
}

const timeoutOf = (context: HandlerContext, target: Target) =>
  context.timeoutMs() ?? target.defaultTimeout;

function passUnary(router: ConnectRouter, method: DescMethodUnary, target: Target): void {
  router.rpc(method, async (request: Message, context: HandlerContext) => {
    const answers = accounted(method, target, async function* () {
      checkInvitation(request, target);
      const {message} = await target.transport.unary(
        method,
        context.signal,
        timeoutOf(context, target),
        passedHeaders(context.requestHeader),
        request as MessageInitShape<DescMessage>,
      );
      yield message;
    });
    let only: Message | undefined;
    for await (const answer of answers) only = answer;
    return only as MessageInitShape<DescMessage>;
  });
}

function passStream(
  router: ConnectRouter,
  method: DescMethodServerStreaming,
  target: Target,
): void {
  router.rpc(method, (request: Message, context: HandlerContext) =>
    accounted(method, target, async function* () {
      const {message} = await target.transport.stream(
        method,
        context.signal,
        timeoutOf(context, target),
        passedHeaders(context.requestHeader),
        once(request as MessageInitShape<DescMessage>),
      );
      yield* message as AsyncIterable<MessageInitShape<DescMessage>>;
    }),
  );
}

/** Has the router pass `method` on to `target`. Of streams, those of a server. */
export function passOn(router: ConnectRouter, method: DescMethod, target: Target): void {
  switch (method.methodKind) {
    case 'unary':
      return passUnary(router, method as DescMethodUnary, target);
    case 'server_streaming':
      return passStream(router, method as DescMethodServerStreaming, target);
    default:
      throw new Error(`${method.parent.typeName}.${method.name} takes a stream`);
  }
}
