import {createClient, type Interceptor} from '@connectrpc/connect';
import {createConnectTransport} from '@connectrpc/connect-web';
import type {
  AssessmentClient,
  InvitationClient,
  NetworkClient,
  SurveyClient,
} from '../../contract/methods';
import {AssessmentService} from '../../gen/pulsetaker/assessment/v1/assessment_service_pb';
import {NetworkService} from '../../gen/pulsetaker/network/v1/network_service_pb';
import {InvitationService} from '../../gen/pulsetaker/survey/v1/invitation_service_pb';
import {SurveyService} from '../../gen/pulsetaker/survey/v1/survey_service_pb';
import {readToken} from './session';

export interface Clients {
  readonly survey: SurveyClient;
  readonly invitations: InvitationClient;
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

export function makeClients(baseUrl: string): Clients {
  const transport = createConnectTransport({
    baseUrl,
    useBinaryFormat: true,
    defaultTimeoutMs: TIMEOUT_MS,
    interceptors: [withToken],
  });
  return {
    survey: createClient(SurveyService, transport),
    invitations: createClient(InvitationService, transport),
    network: createClient(NetworkService, transport),
    assessment: createClient(AssessmentService, transport),
  };
}
