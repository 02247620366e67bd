// The corners and arrows of the triangle in two waves.

import type {Assessment} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import {
  levelRow,
  type LevelRow,
  levelX,
  pairsHeight,
  PAIRS_LEFT,
  PAIRS_WIDTH,
} from '../drawings/level_pairs';
import {coordinate} from '../drawings/triangle';
import {dimensionText} from '../model/comparison';
import {
  intervalColumns,
  intervalText,
  levelCsv,
  levelText,
  levelValue,
} from '../model/levels';
import {waveOf} from '../model/names';
import {triangleParts} from '../model/triangle';
import {type LevelPair, levelRange, levelSaid} from '../model/wave_change';
import type {WavePair} from '../model/wave_pair';
import {levelPairs} from '../model/wave_rows';
import {DataTable} from '../shell/data_table';
import {Picture} from '../shell/picture';
import {TrianglePicture} from './triangle_picture';

function OneTriangle({assessment: {name, triangle, phase}}: {assessment: Assessment}) {
  const title = `The triangle in wave ${waveOf(name)}`;
  if (triangle === undefined || phase === undefined) {
    return <p>{title} is not told.</p>;
  }
  if (!triangleParts(triangle, phase).isMeasured) {
    return <p>{title} is not measured: too few answered, or nobody was asked.</p>;
  }
  return (
    <div>
      <h3>Wave {waveOf(name)}</h3>
      <TrianglePicture title={title} triangle={triangle} phase={phase} />
    </div>
  );
}

function Mark({x, y, isLater}: {x: number; y: number; isLater: boolean}) {
  return (
    <circle class={isLater ? 'step first' : 'step'} cx={coordinate(x)} cy={y} r="5" />
  );
}

function Row({name, row}: {name: string; row: LevelRow}) {
  return (
    <>
      <text class="label" x={PAIRS_LEFT} y={row.text}>
        {name}
      </text>
      {row.marks.map(({x, y, isLater, whisker}) => (
        <g key={y}>
          {whisker !== undefined && <path class="whisker" d={whisker} />}
          <Mark x={x} y={y} isLater={isLater} />
        </g>
      ))}
      {row.missing.map(({y, isLater}) => (
        <text key={y} class="label small" x={PAIRS_LEFT} y={y}>
          {isLater ? 'later' : 'earlier'}: not measured
        </text>
      ))}
      <line
        class="rule"
        x1={PAIRS_LEFT}
        x2={PAIRS_WIDTH - PAIRS_LEFT}
        y1={row.bottom}
        y2={row.bottom}
      />
    </>
  );
}

const TICKS = [0, 25, 50, 75, 100];

function LevelsPicture({
  waves,
  pairs,
}: {
  waves: readonly number[];
  pairs: readonly LevelPair[];
}) {
  const height = pairsHeight(pairs.length);
  return (
    <Picture
      title="Levels and their intervals"
      label="Levels of both waves with their intervals; the table below has the numbers"
      caption={`A ring is wave ${waves[0]}, a dot wave ${waves[1]}; the line through it is the 95 % interval. Levels run from 0 to 100.`}
      box={{width: PAIRS_WIDTH, height}}
    >
      {waves.map((wave, index) => (
        <g key={wave}>
          <Mark x={PAIRS_LEFT + 6 + 110 * index} y={16} isLater={index === 1} />
          <text class="label" x={PAIRS_LEFT + 20 + 110 * index} y="21">
            wave {wave}
          </text>
        </g>
      ))}
      {TICKS.map((level) => (
        <g key={level}>
          <line
            class="rule"
            x1={coordinate(levelX(level))}
            x2={coordinate(levelX(level))}
            y1="34"
            y2={height - 24}
          />
          <text class="figure small" x={coordinate(levelX(level))} y={height - 6}>
            {level}
          </text>
        </g>
      ))}
      {pairs.map(({feature, before, after}, index) => (
        <Row
          key={feature}
          name={dimensionText(feature)}
          row={levelRow(
            index,
            {value: levelValue(before), range: levelRange(before)},
            {value: levelValue(after), range: levelRange(after)},
          )}
        />
      ))}
    </Picture>
  );
}

export function ComparedLevels({pair: {earlier, later, change}}: {pair: WavePair}) {
  const pairs = levelPairs(earlier, later);
  const waves = [earlier, later].map(({name}) => waveOf(name));
  if (pairs.length === 0) return null;
  const said = (row: LevelPair) =>
    levelSaid(
      row,
      change,
      change?.features.find(({feature}) => feature === row.feature),
    );
  const columns = (['before', 'after'] as const).flatMap((which, index) => {
    const name = `Wave ${waves[index]}`;
    const levelOf = (row: LevelPair) => row[which];
    return [
      {
        head: name,
        label: name,
        isNumber: true,
        cell: (row: LevelPair) => levelText(levelOf(row)),
        value: (row: LevelPair) => levelCsv(levelOf(row)),
      },
      {
        head: `95 % interval`,
        label: `${name}, 95 % interval`,
        isNumber: true,
        cell: (row: LevelPair) => intervalText(levelOf(row)),
        inFile: intervalColumns(`${name}, 95 % interval`, levelOf),
      },
    ];
  });
  return (
    <section aria-labelledby="triangle">
      <h2 id="triangle">The strategic triangle</h2>
      <div class="pair">
        <OneTriangle assessment={earlier} />
        <OneTriangle assessment={later} />
      </div>
      <h3>Corners and arrows</h3>
      <LevelsPicture waves={waves} pairs={pairs} />
      <DataTable
        caption="Corners and arrows in both waves"
        rows={pairs}
        keyOf={({feature}) => feature}
        columns={[
          {
            head: 'Corner or arrow',
            label: 'Corner or arrow',
            cell: ({feature}) => dimensionText(feature),
          },
          ...columns,
          {head: 'Difference', label: 'Difference', cell: said},
        ]}
      />
      <p class="note">
        A fall is what the service finds reliable. Of other differences none is claimed
        where the intervals overlap, or where one of the levels is missing.
      </p>
    </section>
  );
}
