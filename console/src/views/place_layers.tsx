import type {Assessment} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import {
  type LocalSystem,
  type SystemLink,
  SystemLink_Richness as Richness,
} from '../../gen/pulsetaker/assessment/v1/local_system_pb';
import type {Reading} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {BOX, LAYERS_BOX, linkShape, topOf} from '../drawings/layers';
import {capital, percent} from '../model/format';
import {linksOf, linkText} from '../model/links';
import {layerText, reasonText, richnessText} from '../model/wording';
import {DataTable} from '../shell/data_table';
import {Picture} from '../shell/picture';

const CLASSES: Record<Richness, string> = {
  [Richness.UNSPECIFIED]: '',
  [Richness.RICH]: 'rich',
  [Richness.MODERATE]: 'moderate',
  [Richness.THIN]: 'thin',
  [Richness.ATROPHIED]: 'atrophied',
};

const shareText = (reading: Reading | undefined) =>
  reading?.value === undefined ? '-' : percent(reading.value);

function Link({link}: {link: SystemLink}) {
  const {path, label, richness} = linkShape(link);
  return (
    <>
      {richness !== Richness.UNSPECIFIED && (
        <path class={`link ${CLASSES[richness]}`} d={path} />
      )}
      <text
        class={link.upper === link.lower ? 'label inside' : 'label'}
        x={label.x}
        y={label.y}
      >
        {richnessText(richness)}
      </text>
    </>
  );
}

export function LayerMap({title, system}: {title: string; system: LocalSystem}) {
  return (
    <Picture
      title={title}
      label={`${title}; the table below says how rich each is`}
      caption="Each box is a layer with the people asked in it. Rich links are broad lines, moderate ones narrow, thin ones dashed, atrophied ones dotted; what is not measured has no line."
      box={LAYERS_BOX}
    >
      {system.verticalLinks.map((link) => (
        <Link key={linkText(link)} link={link} />
      ))}
      {system.layers.map(({layer, invitedCount, horizontalLink}) => (
        <g key={layer}>
          <rect
            class="box"
            x={BOX.left}
            y={topOf(layer)}
            width={BOX.right - BOX.left}
            height={BOX.height}
            rx="8"
          />
          <text class="name" x={BOX.middle} y={topOf(layer) + 24}>
            {layerText(layer)}, {invitedCount}
          </text>
          {horizontalLink !== undefined && <Link link={horizontalLink} />}
        </g>
      ))}
    </Picture>
  );
}

export function LayersSection({assessment}: {assessment: Assessment}) {
  const system = assessment.localSystem;
  if (system === undefined) return null;
  return (
    <section aria-labelledby="layers">
      <h2 id="layers">Links between layers</h2>
      <LayerMap title="Links of the layers" system={system} />
      <DataTable
        caption="Links within and between layers"
        rows={linksOf(system)}
        keyOf={linkText}
        columns={[
          {head: 'Links', label: 'Links', cell: (link) => capital(linkText(link))},
          {
            head: 'Richness',
            label: 'Richness',
            cell: ({richness, reason}) =>
              richness === Richness.UNSPECIFIED
                ? `not measured: ${reasonText(reason)}`
                : richnessText(richness),
          },
          {
            head: 'Covered above',
            label: 'Covered above',
            isNumber: true,
            cell: ({upperCoverage}) => shareText(upperCoverage),
            value: ({upperCoverage}) => upperCoverage?.value,
          },
          {
            head: 'Covered below',
            label: 'Covered below',
            isNumber: true,
            cell: ({lowerCoverage}) => shareText(lowerCoverage),
            value: ({lowerCoverage}) => lowerCoverage?.value,
          },
        ]}
      />
      <p class="note">
        Covered: share of the people of the layer above, or below, who have such a tie.
      </p>
    </section>
  );
}
