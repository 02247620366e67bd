import type {
  LocalSystem,
  SystemLink,
} from '../../gen/pulsetaker/assessment/v1/local_system_pb';
import {layerText} from './wording';

/** Those within the layers, then those between them. */
export const linksOf = ({layers, verticalLinks}: LocalSystem): readonly SystemLink[] => [
  ...layers.flatMap(({horizontalLink}) => horizontalLink ?? []),
  ...verticalLinks,
];

export function linkText({upper, lower}: SystemLink): string {
  return upper === lower
    ? `within ${layerText(upper)}`
    : `${layerText(upper)} and ${layerText(lower)}`;
}
