// The lines of the tables that set two waves beside each other, matched by their ids.

import {
  type Finding,
  Finding_Status as Status,
} from '../../gen/pulsetaker/assessment/v1/finding_pb';
import type {Assessment} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import type {CliqueRisk} from '../../gen/pulsetaker/network/v1/clique_risk_pb';
import type {NetworkParticipation} from '../../gen/pulsetaker/survey/v1/wave_pb';
import {dialsOf} from './dials';
import {linksOf, linkText} from './links';
import {arrowFeature, cornerFeature, type LevelPair} from './wave_change';

/** One of both waves may have none. */
export interface Pair<T> {
  readonly id: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** In the order of the later wave, with what only the earlier one has at the end. */
export function matched<T>(
  before: readonly T[],
  after: readonly T[],
  idOf: (one: T) => string,
): readonly Pair<T>[] {
  const [inBefore, inAfter] = [before, after].map(
    (all) => new Map(all.map((one) => [idOf(one), one])),
  );
  return [...new Set([...after, ...before].map(idOf))].map((id) => ({
    id,
    before: inBefore!.get(id),
    after: inAfter!.get(id),
  }));
}

/** Corners, then arrows. */
export function levelPairs(before: Assessment, after: Assessment): readonly LevelPair[] {
  const levelsOf = ({triangle}: Assessment) => [
    ...(triangle?.corners ?? []).map((one) => ({
      feature: cornerFeature(one),
      level: one.level,
    })),
    ...(triangle?.arrows ?? []).map((one) => ({
      feature: arrowFeature(one),
      level: one.strength,
    })),
  ];
  const pairs = matched(levelsOf(before), levelsOf(after), ({feature}) => feature);
  return pairs.map((pair) => ({
    feature: pair.id,
    before: pair.before?.level,
    after: pair.after?.level,
  }));
}

export const dialPairs = (before: CliqueRisk, after: CliqueRisk) =>
  matched(dialsOf(before), dialsOf(after), ({kind}) => String(kind));

export const linkPairs = (before: Assessment, after: Assessment) =>
  matched(
    before.localSystem === undefined ? [] : linksOf(before.localSystem),
    after.localSystem === undefined ? [] : linksOf(after.localSystem),
    linkText,
  );

export const networkPairs = (
  before: readonly NetworkParticipation[],
  after: readonly NetworkParticipation[],
) => matched(before, after, ({networkId}) => networkId);

const MOVEMENTS = ['came', 'went', 'stayed', 'cannot be compared'] as const;
export type Movement = (typeof MOVEMENTS)[number];

export interface FindingPair extends Pair<Finding> {
  readonly title: string;
  readonly movement: Movement;
}

/** What is not decided in one of the waves neither came nor went. */
function movementOf({before, after}: Pair<Finding>): Movement {
  const [was, is] = [before?.status, after?.status];
  if (was === Status.FIRED && is === Status.FIRED) return 'stayed';
  if (was === Status.NOT_FIRED && is === Status.FIRED) return 'came';
  if (was === Status.FIRED && is === Status.NOT_FIRED) return 'went';
  return 'cannot be compared';
}

/** Those with evidence in one of the waves: what came, what went, what stayed. */
export function findingPairs(
  before: readonly Finding[],
  after: readonly Finding[],
): readonly FindingPair[] {
  const pairs = matched(before, after, ({findingId}) => findingId)
    .filter((pair) =>
      [pair.before, pair.after].some((one) => one?.status === Status.FIRED),
    )
    .map((pair) => ({
      ...pair,
      title: (pair.after ?? pair.before)?.title ?? pair.id,
      movement: movementOf(pair),
    }));
  return MOVEMENTS.flatMap((movement) =>
    pairs.filter((pair) => pair.movement === movement),
  );
}
