import {createClient, type Interceptor, type Transport} from '@connectrpc/connect';
import {createConnectTransport} from '@connectrpc/connect-web';
import type {
  AssessmentClient,
  InvitationClient,
  NetworkClient,
  SurveyClient,
} from '../../contract/methods';
import type {RespondentClient} from '../../contract/respondents';
import {AssessmentService} from '../../gen/pulsetaker/assessment/v1/assessment_service_pb';
import {NetworkService} from '../../gen/pulsetaker/network/v1/network_service_pb';
import {InvitationService} from '../../gen/pulsetaker/survey/v1/invitation_service_pb';
import {SurveyService} from '../../gen/pulsetaker/survey/v1/survey_service_pb';
import {readToken} from './session';

export interface Clients {
  readonly survey: SurveyClient;
  readonly invitations: InvitationClient;
  /** Without the token of a user, whatever one the tab has: an invitation says who. */
  readonly respondent: RespondentClient;
  readonly network: NetworkClient;
  readonly assessment: AssessmentClient;
}

/** What is slower is a failure to be shown. */
const TIMEOUT_MS = 8_000;
/** For calls that compute something, or send much. */
export const LONG_TIMEOUT_MS = 18_000;

const withToken: Interceptor = (next) => (request) => {
  const token = readToken();
  if (token !== '') request.header.set('authorization', `Bearer ${token}`);
  return next(request);
};

function transportTo(baseUrl: string, interceptors: Interceptor[]): Transport {
  return createConnectTransport({
    baseUrl,
    useBinaryFormat: true,
    defaultTimeoutMs: TIMEOUT_MS,
    interceptors,
  });
}

function respondentClient(transport: Transport): RespondentClient {
  const {submitResponse} = createClient(SurveyService, transport);
  const {getQuestionnaire, searchRoster} = createClient(InvitationService, transport);
  return {submitResponse, getQuestionnaire, searchRoster};
}

export function makeClients(baseUrl: string): Clients {
  const transport = transportTo(baseUrl, [withToken]);
  return {
    respondent: respondentClient(transportTo(baseUrl, [])),
    survey: createClient(SurveyService, transport),
    invitations: createClient(InvitationService, transport),
    network: createClient(NetworkService, transport),
    assessment: createClient(AssessmentService, transport),
  };
}
