// What somebody with an invitation alone calls, and never with a token of a user: the
// questions, the names to choose from, and the answers. A gateway that respondents
// reach passes these methods on and no others, so that it can stand where everybody can
// call it.

import type {Client} from '@connectrpc/connect';
import {InvitationService} from '../gen/pulsetaker/survey/v1/invitation_service_pb';
import {SurveyService} from '../gen/pulsetaker/survey/v1/survey_service_pb';
import type {PassedOn} from './methods';

const questions = ['getQuestionnaire', 'searchRoster'] as const;
const answers = ['submitResponse'] as const;

export const PASSED_ON_FOR_RESPONDENTS = [
  {server: 'survey', service: InvitationService, methods: questions},
  {server: 'survey', service: SurveyService, methods: answers, isByInvitation: true},
] as const satisfies readonly PassedOn[];

export type RespondentClient = Pick<
  Client<typeof SurveyService>,
  (typeof answers)[number]
> &
  Pick<Client<typeof InvitationService>, (typeof questions)[number]>;
