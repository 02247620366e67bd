// What the console calls: the gateway passes these methods on and no others, and
// the page's clients have no others, so neither can drift from the other.
//
// It is a list of its own, and not all that the contracts have, because a service on
// loopback asks nobody who calls: whatever runs in a browser on that machine must
// not be able to erase a person or to close a wave through here.

import type {DescService} from '@bufbuild/protobuf';
import type {Client} from '@connectrpc/connect';
import {AssessmentService} from '../gen/pulsetaker/assessment/v1/assessment_service_pb';
import {NetworkService} from '../gen/pulsetaker/network/v1/network_service_pb';
import {InvitationService} from '../gen/pulsetaker/survey/v1/invitation_service_pb';
import {SurveyService} from '../gen/pulsetaker/survey/v1/survey_service_pb';
import {PASSED_ON_FOR_RESPONDENTS} from './respondents';

const survey = [
  'getLocality',
  'getParticipation',
  'getSurvey',
  'getWave',
  'listLocalities',
  'listParticipants',
  'listSurveys',
  'listWaves',
] as const;

const invitations = ['listDueReminders'] as const;

const network = ['getCliqueRisk', 'getSociogram', 'simulateDepartures'] as const;

const assessment = [
  'compareLocalities',
  'explainFinding',
  'exportReport',
  'getAssessment',
  'getBenchmark',
  'getLocalityOverview',
  'listAssessments',
] as const;

/** The servers that the gateway knows. */
export const SERVERS = ['survey', 'network', 'assessment'] as const;
export type ServerName = (typeof SERVERS)[number];

/** Methods of a service that are passed on to a server. */
export interface PassedOn {
  readonly server: ServerName;
  readonly service: DescService;
  readonly methods: readonly string[];
  /**
   * Whether a call is passed on only with an invitation: without one, a service on
   * loopback would take an answer in anybody's name.
   */
  readonly isByInvitation?: boolean;
}

export const PASSED_ON = [
  {server: 'survey', service: SurveyService, methods: survey},
  {server: 'survey', service: InvitationService, methods: invitations},
  {server: 'network', service: NetworkService, methods: network},
  {server: 'assessment', service: AssessmentService, methods: assessment},
  ...PASSED_ON_FOR_RESPONDENTS,
] as const satisfies readonly PassedOn[];

export type SurveyClient = Pick<Client<typeof SurveyService>, (typeof survey)[number]>;
export type InvitationClient = Pick<
  Client<typeof InvitationService>,
  (typeof invitations)[number]
>;
export type NetworkClient = Pick<Client<typeof NetworkService>, (typeof network)[number]>;
export type AssessmentClient = Pick<
  Client<typeof AssessmentService>,
  (typeof assessment)[number]
>;
