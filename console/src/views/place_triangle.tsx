import type {Assessment} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import {WEAK_BELOW} from '../drawings/triangle';
import {capital, fixed, percent} from '../model/format';
import {intervalColumns, intervalText, levelCsv, levelText} from '../model/levels';
import {triangleParts} from '../model/triangle';
import {arrowText, cornerText} from '../model/wording';
import {DataTable} from '../shell/data_table';
import {Bar} from './bar';
import {TrianglePicture} from './triangle_picture';

type Parts = ReturnType<typeof triangleParts>;
type CornerRow = Parts['corners'][number];
type ArrowRow = Parts['arrows'][number];

export function TriangleSection({assessment}: {assessment: Assessment}) {
  const {triangle, phase} = assessment;
  if (triangle === undefined || phase === undefined) return null;
  const {corners, arrows, isMeasured} = triangleParts(triangle, phase);
  if (!isMeasured) {
    return (
      <section aria-labelledby="triangle">
        <h2 id="triangle">The strategic triangle</h2>
        <p>No corner and no arrow is measured: too few answered, or nobody was asked.</p>
      </section>
    );
  }
  return (
    <section aria-labelledby="triangle">
      <h2 id="triangle">The strategic triangle</h2>
      <TrianglePicture title="The strategic triangle" triangle={triangle} phase={phase} />
      <DataTable
        caption="Corners"
        rows={corners}
        keyOf={({corner}) => String(corner)}
        columns={[
          {
            head: 'Corner',
            label: 'Corner',
            cell: ({corner}) => capital(cornerText(corner)),
          },
          {
            head: 'Level',
            label: 'Level',
            isNumber: true,
            cell: ({result}) => levelText(result.level),
            value: ({result}) => levelCsv(result.level),
          },
          {
            head: 'Level and 95 % interval',
            label: 'Level and interval',
            cell: ({result}) => <Bar of={result.level} />,
            inFile: [],
          },
          {
            head: '95 % interval',
            label: '95 % interval',
            isNumber: true,
            cell: ({result}) => intervalText(result.level),
            inFile: intervalColumns(
              '95 % interval',
              (row: CornerRow) => row.result.level,
            ),
          },
          {
            head: 'Agreement',
            label: 'Agreement',
            isNumber: true,
            cell: ({result}) =>
              result.agreement?.value === undefined
                ? '-'
                : fixed(result.agreement.value, 2),
            value: ({result}) => result.agreement?.value,
          },
          {
            head: 'Weight in the phase',
            label: 'Weight in the phase',
            isNumber: true,
            cell: ({weight}) => percent(weight),
            value: ({weight}) => weight,
          },
        ]}
      />
      <DataTable
        caption="Arrows"
        rows={arrows}
        keyOf={arrowText}
        columns={[
          {
            head: 'From and to',
            label: 'From and to',
            cell: (arrow) => capital(arrowText(arrow)),
          },
          {
            head: 'Strength',
            label: 'Strength',
            isNumber: true,
            cell: ({result}) => levelText(result.strength),
            value: ({result}) => levelCsv(result.strength),
          },
          {
            head: 'Strength and 95 % interval',
            label: 'Strength and interval',
            cell: ({result}) => <Bar of={result.strength} />,
            inFile: [],
          },
          {
            head: '95 % interval',
            label: '95 % interval',
            isNumber: true,
            cell: ({result}) => intervalText(result.strength),
            inFile: intervalColumns(
              '95 % interval',
              (row: ArrowRow) => row.result.strength,
            ),
          },
          {
            head: 'Drawn',
            label: 'Drawn',
            cell: ({strength}) =>
              strength === undefined
                ? 'not at all'
                : strength < WEAK_BELOW
                  ? 'dotted: weak'
                  : 'solid',
          },
        ]}
      />
    </section>
  );
}
