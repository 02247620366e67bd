import type {PhaseResult} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import type {
  CornerResult,
  Triangle,
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
import {fixed} from '../model/format';
import {levelText} from '../model/levels';
import {triangleParts} from '../model/triangle';
import {arrowText, cornerText} from '../model/wording';
import {Picture} from '../shell/picture';

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

interface TrianglePictureProps {
  readonly title: string;
  readonly triangle: Triangle;
  readonly phase: PhaseResult;
}

export function TrianglePicture({title, triangle, phase}: TrianglePictureProps) {
  const {corners, arrows, weightsOf} = triangleParts(triangle, phase);
  const size =
    weightsOf === ''
      ? 'Corners are equally large, as no phase stands out'
      : `A corner is as large as it matters in ${weightsOf}`;
  return (
    <Picture
      title={title}
      label={`${title}; the tables below have its numbers`}
      caption={`${size}; it is filled up to its level. Arrows are as thick as the link is strong, with dots where it is weak (below ${WEAK_BELOW}); one that is not measured is not drawn. Numbers run from 0 to 100.`}
      box={VIEW_BOX}
    >
      <Drawing shape={triangleShape(corners, arrows)} corners={triangle.corners} />
    </Picture>
  );
}
