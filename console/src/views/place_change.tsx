// What changed since the wave before.

import type {Assessment} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import type {Change, FeatureChange} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {dimensionText, readingText} from '../model/comparison';
import {changeSentence} from '../model/wording';
import {DataTable} from '../shell/data_table';
import {Explained} from './explained';

function Features({features}: {features: readonly FeatureChange[]}) {
  return (
    <DataTable
      caption="Corners and arrows"
      rows={features}
      keyOf={({feature}) => feature}
      columns={[
        {
          head: 'Corner or arrow',
          label: 'Corner or arrow',
          cell: ({feature}) => dimensionText(feature),
        },
        {
          head: 'Before',
          label: 'Before',
          isNumber: true,
          cell: ({previous, feature}) => readingText(previous, feature),
          value: ({previous}) => previous?.value,
        },
        {
          head: 'Now',
          label: 'Now',
          isNumber: true,
          cell: ({current, feature}) => readingText(current, feature),
          value: ({current}) => current?.value,
        },
        {
          head: 'Change',
          label: 'Change',
          isNumber: true,
          cell: ({difference, feature}) => readingText(difference, feature),
          value: ({difference}) => difference?.value,
        },
        {
          head: 'Same people',
          label: 'Same people',
          isNumber: true,
          cell: ({panelDifference, feature}) => readingText(panelDifference, feature),
          value: ({panelDifference}) => panelDifference?.value,
        },
        {
          head: 'Falls reliably',
          label: 'Falls reliably',
          cell: ({fallsReliably}) => (fallsReliably ? 'yes' : 'no'),
        },
      ]}
    />
  );
}

function Warnings({change}: {change: Change}) {
  if (change.warnings.length === 0) return null;
  return (
    <ul>
      {change.warnings.map((warning) => (
        <li key={warning}>{warning}</li>
      ))}
    </ul>
  );
}

/** Absent for a first wave. */
export function ChangeSection({assessment}: {assessment: Assessment}) {
  const {change, name} = assessment;
  if (change === undefined || change.features.length === 0) return null;
  return (
    <section aria-labelledby="change">
      <h2 id="change">Since the wave before</h2>
      <p class="verdict">{changeSentence(change.status)}</p>
      <Warnings change={change} />
      <Features features={change.features} />
      <p class="note">
        Same people: mean change of those who answered in both waves. A fall is reliable
        if it is beyond what chance explains, over all lines together.
      </p>
      <Explained assessment={name} finding="change" label="All evidence for the change" />
    </section>
  );
}
