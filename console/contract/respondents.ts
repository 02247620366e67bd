// What somebody with an invitation alone calls: the questions, the names to choose
// from, and the answers. A gateway that respondents reach passes these methods on and
// no others, so that it can stand where everybody can call it.

import {InvitationService} from '../gen/pulsetaker/survey/v1/invitation_service_pb';
import {SurveyService} from '../gen/pulsetaker/survey/v1/survey_service_pb';
import type {PassedOn} from './methods';

export const PASSED_ON_FOR_RESPONDENTS = [
  {
    server: 'survey',
    service: InvitationService,
    methods: ['getQuestionnaire', 'searchRoster'],
  },
  {server: 'survey', service: SurveyService, methods: ['submitResponse']},
] as const satisfies readonly PassedOn[];
