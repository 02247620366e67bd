import {
  type Finding,
  Finding_Status as Status,
} from '../../gen/pulsetaker/assessment/v1/finding_pb';

export interface FindingGroups {
  readonly fired: readonly Finding[];
  readonly undecided: readonly Finding[];
  readonly notFired: readonly Finding[];
}

/** By what came out, each in the order of the catalogue. */
export function groupFindings(findings: readonly Finding[]): FindingGroups {
  return {
    fired: findings.filter(({status}) => status === Status.FIRED),
    undecided: findings.filter(
      ({status}) => status === Status.WITHHELD || status === Status.NOT_MEASURED,
    ),
    notFired: findings.filter(({status}) => status === Status.NOT_FIRED),
  };
}

export function statusText(status: Status): string {
  switch (status) {
    case Status.FIRED:
      return 'with evidence';
    case Status.NOT_FIRED:
      return 'without evidence';
    case Status.NOT_MEASURED:
      return 'not decided: something is not measured';
    case Status.WITHHELD:
      return 'not decided: something is withheld';
    default:
      return 'not decided';
  }
}
