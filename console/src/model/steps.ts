// The way through a questionnaire: what it is, a step a network, a few statements at a
// time, and what will be sent.

import type {ItemQuestion, NetworkQuestion, Questions} from './questions';

export type Step =
  | {readonly kind: 'begin'; readonly id: string}
  | {readonly kind: 'network'; readonly id: string; readonly network: NetworkQuestion}
  | {
      readonly kind: 'items';
      readonly id: string;
      readonly items: readonly ItemQuestion[];
      /** From 1. */
      readonly page: number;
      readonly pages: number;
    }
  | {readonly kind: 'review'; readonly id: string};

export const ITEMS_A_PAGE = 8;

export const networkStep = (network: string) => `network/${network}`;
export const itemsStep = (page: number) => `items/${page}`;

function itemSteps(items: readonly ItemQuestion[]): readonly Step[] {
  const pages = Math.ceil(items.length / ITEMS_A_PAGE);
  return Array.from({length: pages}, (_, index) => ({
    kind: 'items',
    id: itemsStep(index + 1),
    items: items.slice(index * ITEMS_A_PAGE, (index + 1) * ITEMS_A_PAGE),
    page: index + 1,
    pages,
  }));
}

export function stepsOf({networks, items}: Questions): readonly Step[] {
  return [
    {kind: 'begin', id: ''},
    ...networks.map((network) => ({
      kind: 'network' as const,
      id: networkStep(network.id),
      network,
    })),
    ...itemSteps(items),
    {kind: 'review', id: 'review'},
  ];
}

export const isIn = (questions: Questions, step: string) =>
  stepsOf(questions).some(({id}) => id === step);

/**
 * The step to show, as a place in the list. Nothing is asked of somebody who has not
 * agreed yet, whatever step is kept.
 */
export function stepAt(steps: readonly Step[], id: string, hasAgreed: boolean): number {
  if (!hasAgreed) return 0;
  return Math.max(
    0,
    steps.findIndex((step) => step.id === id),
  );
}
