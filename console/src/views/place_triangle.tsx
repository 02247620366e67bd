import type {Assessment} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import type {
  ArrowResult,
  CornerResult,
} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {
  coordinate,
  LINE_HEIGHT,
  pointsText,
  triangleShape,
  type TriangleShape,
  VIEW_BOX,
  WEAK_BELOW,
} from '../drawings/triangle';
import {capital, fixed, percent} from '../model/format';
import {intervalText, levelText, levelValue} from '../model/levels';
import {cornerWeights} from '../model/weights';
import {cornerText} from '../model/wording';
import {DataTable} from '../shell/data_table';
import {Bar} from './bar';

const arrowText = ({from, to}: Pick<ArrowResult, 'from' | 'to'>) =>
  `${cornerText(from)} to ${cornerText(to)}`;

function Drawing({
  shape,
  corners,
}: {
  shape: TriangleShape;
  corners: readonly CornerResult[];
}) {
  return (
    <>
      {shape.arrows.map((arrow) => (
        <g key={arrowText(arrow)}>
          <line
            class={arrow.isWeak ? 'arrow weak' : 'arrow'}
            x1={coordinate(arrow.start.x)}
            y1={coordinate(arrow.start.y)}
            x2={coordinate(arrow.neck.x)}
            y2={coordinate(arrow.neck.y)}
            stroke-width={coordinate(arrow.width)}
            stroke-dasharray={
              arrow.isWeak ? `0.1 ${coordinate(2 * arrow.width + 2)}` : 'none'
            }
          />
          <polygon class="head" points={pointsText(arrow.head)} />
          <text
            class="figure"
            x={coordinate(arrow.label.x)}
            y={coordinate(arrow.label.y)}
          >
            {fixed(arrow.strength, 0)}
          </text>
        </g>
      ))}
      {shape.corners.map(({corner, outline, filled, text}, index) => {
        const words = cornerText(corner).split(' ');
        return (
          <g key={corner}>
            <polygon class="corner" points={pointsText(outline)} />
            {filled !== undefined && (
              <polygon class="level" points={pointsText(filled)} />
            )}
            {words.map((word, line) => (
              <text key={word} class="name" x={text.x} y={text.y + LINE_HEIGHT * line}>
                {word}
              </text>
            ))}
            <text class="figure" x={text.x} y={text.y + LINE_HEIGHT * words.length}>
              {levelText(corners[index]?.level)}
            </text>
          </g>
        );
      })}
    </>
  );
}

export function TriangleSection({assessment}: {assessment: Assessment}) {
  const {triangle, phase} = assessment;
  if (triangle === undefined || phase === undefined) return null;
  const {weights, of} = cornerWeights(phase);
  const corners = triangle.corners.map((result, index) => ({
    result,
    corner: result.corner,
    weight: weights[index as 0 | 1 | 2],
    level: levelValue(result.level),
  }));
  const arrows = triangle.arrows.map((result) => ({
    result,
    from: result.from,
    to: result.to,
    strength: levelValue(result.strength),
  }));
  const isMeasured =
    corners.some(({level}) => level !== undefined) ||
    arrows.some(({strength}) => strength !== undefined);
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
      <figure>
        <svg
          class="drawing"
          viewBox={`0 0 ${VIEW_BOX.width} ${VIEW_BOX.height}`}
          role="img"
          aria-label="The strategic triangle; the tables below have its numbers"
        >
          <Drawing shape={triangleShape(corners, arrows)} corners={triangle.corners} />
        </svg>
        <figcaption>
          {of === ''
            ? 'Corners are equally large, as no phase stands out'
            : `A corner is as large as it matters in ${of}`}
          ; it is filled up to its level. Arrows are as thick as the link is strong, with
          dots where it is weak (below {WEAK_BELOW}); one that is not measured is not
          drawn. Numbers run from 0 to 100.
        </figcaption>
      </figure>
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
          },
          {
            head: 'Level and 95 % interval',
            label: 'Level and interval',
            cell: ({result}) => <Bar of={result.level} />,
          },
          {
            head: '95 % interval',
            label: '95 % interval',
            isNumber: true,
            cell: ({result}) => intervalText(result.level),
          },
          {
            head: 'Agreement',
            label: 'Agreement',
            isNumber: true,
            cell: ({result}) =>
              result.agreement?.value === undefined
                ? '-'
                : fixed(result.agreement.value, 2),
          },
          {
            head: 'Weight in the phase',
            label: 'Weight in the phase',
            isNumber: true,
            cell: ({weight}) => percent(weight),
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
          },
          {
            head: 'Strength and 95 % interval',
            label: 'Strength and interval',
            cell: ({result}) => <Bar of={result.strength} />,
          },
          {
            head: '95 % interval',
            label: '95 % interval',
            isNumber: true,
            cell: ({result}) => intervalText(result.strength),
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
