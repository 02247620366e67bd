// Names of resources, and their parts.

export interface SurveyName {
  readonly tenant: string;
  readonly locality: string;
  readonly survey: string;
}

export const tenantName = (tenant: string) => `tenants/${tenant}`;
export const localityName = (tenant: string, locality: string) =>
  `tenants/${tenant}/localities/${locality}`;
export const surveyName = ({tenant, locality, survey}: SurveyName) =>
  `${localityName(tenant, locality)}/surveys/${survey}`;

/** The id that follows `collection` in a resource's name; empty if there is none. */
export function idIn(name: string, collection: string): string {
  const parts = name.split('/');
  return parts[parts.indexOf(collection) + 1 || parts.length] ?? '';
}

export function waveOf(assessment: string): number {
  return Number(idIn(assessment, 'waves'));
}
