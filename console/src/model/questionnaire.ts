// What an invitation opens: the questions, or why there are none.

import {timestampMs} from '@bufbuild/protobuf/wkt';
import {
  type Questionnaire,
  Questionnaire_TokenState as TokenState,
} from '../../gen/pulsetaker/survey/v1/invitation_pb';
import type {Clients} from '../calls/clients';
import type {KeptAnswer} from '../calls/kept_answers';
import {isForGood, reasonOf, refusalFor} from '../calls/refusal';
import type {Attempt} from './draft';
import {fittingLanguage, languagesOf} from './questions';

export interface Consent {
  readonly language: string;
  readonly text: string;
}

export interface Opened {
  readonly state: 'open';
  readonly questionnaire: Questionnaire;
  /** To begin in. */
  readonly language: string;
  readonly consent: Consent;
  /** In milliseconds since 1970. */
  readonly keptUntil: number;
  readonly kept: KeptAnswer | undefined;
}

export interface Closed {
  readonly state: 'closed';
  readonly reason: string;
  /** What became of what was answered here; empty if nothing was. */
  readonly note: string;
}

const REASONS: Partial<Record<TokenState, string>> = {
  [TokenState.USED]: 'INVITATION_USED',
  [TokenState.EXPIRED]: 'INVITATION_EXPIRED',
  [TokenState.WAVE_NOT_OPEN]: 'WAVE_NOT_OPEN',
  [TokenState.NOT_INVITED]: 'RESPONDENT_NOT_INVITED',
};

/** A repeat of what came in is acknowledged again, so what is refused did not come in. */
const REFUSED = 'An answer was already taken with this invitation; yours is not in it.';
const CHANGED =
  'An answer was already taken with this invitation; what you changed since is not in it.';
const DELETED_USED =
  'What this device still kept is deleted. If you changed anything after you sent it, that is not in the answer.';
const DELETED = 'What this device kept of your answers was not taken, and is deleted.';
const STAYS = 'What you answered stays on this device for now.';

function noteFor(reason: string, hasDraft: boolean, refused?: Attempt): string {
  if (reason === 'INVITATION_USED' && refused !== undefined) {
    return refused.isChanged ? CHANGED : REFUSED;
  }
  if (!hasDraft) return '';
  if (reason === 'INVITATION_USED') return DELETED_USED;
  return isForGood(reason) ? DELETED : STAYS;
}

/** `refused`: what was sent, if that is how it turned out. */
export function closedFor(
  reason: string,
  kept: KeptAnswer | undefined,
  refused?: Attempt,
): Closed {
  const note = noteFor(reason, kept?.read() !== undefined, refused);
  if (isForGood(reason)) kept?.remove();
  return {state: 'closed', reason, note};
}

export const consentOf = (asked: Questionnaire): Consent => ({
  language: asked.consentLanguage,
  text: asked.consentText,
});

function openedFor(
  questionnaire: Questionnaire,
  kept: KeptAnswer | undefined,
  wanted: readonly string[],
): Opened {
  const {instrument, consentLanguage, expireTime} = questionnaire;
  if (instrument === undefined) throw new Error('the questionnaire asks nothing');
  const offered = languagesOf(instrument);
  return {
    state: 'open',
    questionnaire,
    language:
      fittingLanguage(offered, wanted) ??
      // Asked for in no language, the consent text comes in that of the invitation.
      offered.find((one) => one === consentLanguage) ??
      instrument.language,
    consent: consentOf(questionnaire),
    keptUntil: expireTime === undefined ? 0 : timestampMs(expireTime),
    kept,
  };
}

export async function loadQuestionnaire(
  {respondent}: Pick<Clients, 'respondent'>,
  token: string,
  keptFor: (token: string) => Promise<KeptAnswer | undefined>,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<Opened | Closed> {
  const kept = await keptFor(token);
  try {
    const asked = await respondent.getQuestionnaire({invitationToken: token}, {signal});
    if (asked.tokenState === TokenState.USABLE) return openedFor(asked, kept, wanted);
    return closedFor(REASONS[asked.tokenState] ?? 'UNKNOWN', kept);
  } catch (cause) {
    const reason = reasonOf(cause);
    if (refusalFor(reason) === undefined) throw cause;
    return closedFor(reason, kept);
  }
}
