// What a respondent is asked, in one language.

import type {
  Instrument,
  Item_Kind as Kind,
} from '../../gen/pulsetaker/survey/v1/instrument_pb';
import type {Questionnaire} from '../../gen/pulsetaker/survey/v1/invitation_pb';

export interface NetworkQuestion {
  readonly id: string;
  readonly wording: string;
  /** The same where the question asks for no weight. */
  readonly weightMin: number;
  readonly weightMax: number;
  readonly cap: number;
}

export interface ItemQuestion {
  readonly id: string;
  readonly wording: string;
  readonly kind: Kind;
  readonly min: number;
  readonly max: number;
}

export interface Questions {
  readonly language: string;
  readonly networks: readonly NetworkQuestion[];
  readonly items: readonly ItemQuestion[];
}

/** The contract's limit for all nominations of a response. */
export const NOMINATIONS_MAX = 10_000;

export function languagesOf({language, translations}: Instrument): readonly string[] {
  return [language, ...translations.map((one) => one.language)];
}

const firstSubtag = (tag: string) => tag.toLowerCase().split('-')[0];

/** Of `offered`, what fits one of `wanted` best; these are in the order of preference. */
export function fittingLanguage(
  offered: readonly string[],
  wanted: readonly string[],
): string | undefined {
  for (const tag of wanted) {
    const fit =
      offered.find((one) => one.toLowerCase() === tag.toLowerCase()) ??
      offered.find((one) => firstSubtag(one) === firstSubtag(tag));
    if (fit !== undefined) return fit;
  }
  return undefined;
}

/** What a language calls itself. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([tag], {type: 'language'}).of(tag) ?? tag;
  } catch {
    // The contracts take tags that browsers do not know the form of.
    return tag;
  }
}

/**
 * A survey may have no field of service; then the innovation or its own name stands
 * for it. A function as replacement, because `$` in a name means nothing.
 */
function filled(wording: string, asked: Questionnaire): string {
  const service = asked.serviceField || asked.innovation || asked.surveyDisplayName;
  return wording
    .replaceAll('{service}', () => service)
    .replaceAll('{place}', () => asked.localityDisplayName);
}

export function questionsIn(asked: Questionnaire, language: string): Questions {
  const {instrument} = asked;
  if (instrument === undefined) throw new Error('the questionnaire asks nothing');
  const translation = instrument.translations.find((one) => one.language === language);
  const networkTexts = new Map(
    translation?.networks.map((one) => [one.networkId, one.wording]),
  );
  const itemTexts = new Map(translation?.items.map((one) => [one.itemId, one.wording]));
  return {
    language: translation?.language ?? instrument.language,
    networks: instrument.networks.map((network) => {
      const weightMin = network.weightMin || 1;
      return {
        id: network.networkId,
        wording: filled(networkTexts.get(network.networkId) || network.wording, asked),
        weightMin,
        weightMax: network.weightMax || weightMin,
        cap: network.nominationCap || NOMINATIONS_MAX,
      };
    }),
    items: instrument.items.map((item) => ({
      id: item.itemId,
      wording: filled(itemTexts.get(item.itemId) || item.wording, asked),
      kind: item.kind,
      min: item.scaleMin,
      max: item.scaleMax,
    })),
  };
}
