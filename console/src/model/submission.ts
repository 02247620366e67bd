// A draft as the response that is sent, and the attempt that it is sent by.

import {create, toJsonString} from '@bufbuild/protobuf';
import {
  ItemAnswer_NonAnswer as NonAnswer,
  NetworkAnswer_State as State,
  type Response,
  ResponseSchema,
} from '../../gen/pulsetaker/survey/v1/response_pb';
import type {Attempt, Draft, Rating} from './draft';

function answerOf(rating: Rating) {
  if (typeof rating === 'number') return {case: 'rating' as const, value: rating};
  return {
    case: 'nonAnswer' as const,
    value: rating === 'dont-know' ? NonAnswer.DONT_KNOW : NonAnswer.NOT_APPLICABLE,
  };
}

/** In an order of its own, so that the same answers are the same content. */
const sorted = <V>(map: ReadonlyMap<string, V>) =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** Without a name: the invitation says who answers. What was skipped is not in it. */
export function responseOf(draft: Draft, consentVersion: number): Response {
  return create(ResponseSchema, {
    consentVersion: consentVersion === 0 ? 0 : draft.agreedVersion,
    networkAnswers: sorted(draft.networks).map(([networkId, named]) => ({
      networkId,
      state: named.length === 0 ? State.RESPONDED_NOBODY : State.RESPONDED,
      nominations: named
        .map(({id, weight}) => ({person: id, weight}))
        .sort((a, b) => (a.person < b.person ? -1 : 1)),
    })),
    itemAnswers: sorted(draft.items).map(([itemId, rating]) => ({
      itemId,
      answer: answerOf(rating),
    })),
  });
}

/**
 * The same attempt for the same content, so that a repeat gives the first result; for
 * any other content one with an id of its own, as the service asks for.
 */
export function attemptFor(
  earlier: Attempt | undefined,
  response: Response,
  newRequestId: () => string,
): Attempt {
  const content = toJsonString(ResponseSchema, response);
  if (earlier?.content === content) return earlier;
  return {requestId: newRequestId(), content, isChanged: earlier !== undefined};
}

/** A random UUID. `crypto.randomUUID` is not there on pages without TLS. */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
