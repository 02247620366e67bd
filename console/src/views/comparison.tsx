// Two waves of one innovation beside each other.

import {useRemote} from '../calls/use_remote';
import {STEPS_MAX} from '../drawings/phase_path';
import {surveyName, waveOf} from '../model/names';
import {loadPlace, type Place} from '../model/place';
import {hashOf, type WavePairOf} from '../model/route';
import {
  assessedWave,
  caveats,
  choiceOf,
  type WavePair,
  wavePair,
} from '../model/wave_pair';
import {changeSentence, phaseSentence} from '../model/wording';
import {Heading} from '../shell/heading';
import {useClients} from '../shell/services';
import {Empty, Known} from '../shell/states';
import {ComparedAnswers} from './comparison_answers';
import {ComparedClique} from './comparison_clique';
import {ComparedFindings} from './comparison_findings';
import {ComparedLayers} from './comparison_layers';
import {ComparedLevels} from './comparison_levels';
import {ComparedPhase} from './comparison_phase';
import {ChangeSection} from './place_change';
import {WavePairForm} from './wave_pair_form';

function Summary({pair}: {pair: WavePair}) {
  const {earlier, later, change} = pair;
  return (
    <div class="summary">
      {change !== undefined && <p class="verdict">{changeSentence(change.status)}</p>}
      {[earlier, later].map(({name, phase}) => (
        <p key={name}>
          Wave {waveOf(name)}:{' '}
          {phase === undefined ? 'no phase is told.' : phaseSentence(phase)}
        </p>
      ))}
      {caveats(pair).map((caveat) => (
        <p key={caveat} class="warn">
          {caveat}
        </p>
      ))}
    </div>
  );
}

function Both({pair}: {pair: WavePair}) {
  return (
    <>
      <Summary pair={pair} />
      <ComparedPhase pair={pair} />
      <ComparedLevels pair={pair} />
      {pair.change !== undefined && <ChangeSection assessment={pair.later} />}
      <ComparedClique pair={pair} />
      <ComparedLayers pair={pair} />
      <ComparedFindings
        title="Risks"
        pair={pair}
        findingsOf={(assessment) => assessment.risks}
      />
      <ComparedFindings
        title="Recommendations"
        pair={pair}
        findingsOf={(assessment) => assessment.recommendations}
      />
    </>
  );
}

function NotAssessed({of, waves}: {of: WavePairOf; waves: readonly number[]}) {
  const {tenant, locality, survey, earlier, later} = of;
  const both = [earlier, later];
  const missing = both.filter((wave) => !waves.includes(wave));
  return (
    <Empty>
      {missing.map((wave) => (
        <p key={wave} class="verdict">
          Wave {wave} has no assessment.
        </p>
      ))}
      <p>
        A wave is assessed once it is closed; an assessment is withdrawn when somebody is
        erased. Only the latest {STEPS_MAX} waves are looked at.
      </p>
      {both
        .filter((wave) => waves.includes(wave))
        .map((wave) => (
          <p key={wave}>
            <a href={hashOf({view: 'place', tenant, locality, survey, wave})}>
              See wave {wave} by itself
            </a>
          </p>
        ))}
    </Empty>
  );
}

function ComparisonBody({of, place}: {of: WavePairOf; place: Place}) {
  const waves = place.assessments.map(({name}) => waveOf(name));
  const earlier = assessedWave(place, of.earlier);
  const later = assessedWave(place, of.later);
  const choice = choiceOf(waves, undefined);
  return (
    <>
      {earlier === undefined || later === undefined ? (
        <NotAssessed of={of} waves={waves} />
      ) : (
        <Both pair={wavePair(earlier, later)} />
      )}
      <ComparedAnswers of={of} />
      {choice !== undefined && (
        <section aria-labelledby="others">
          <h2 id="others">Compare others</h2>
          <WavePairForm of={of} waves={waves} choice={choice} />
        </section>
      )}
    </>
  );
}

export function ComparisonView({of}: {of: WavePairOf}) {
  const clients = useClients();
  const {tenant, locality, survey, earlier, later} = of;
  const place = useRemote(`${surveyName(of)} ${earlier} ${later}`, (signal) =>
    loadPlace(clients, {...of, wave: undefined}, signal),
  );
  const known = place.remote.state === 'ready' ? place.remote.value : undefined;
  const name = known?.locality.displayName ?? locality;
  return (
    <>
      <Heading title={`${name}, waves ${earlier} and ${later}`}>
        <p class="soft">
          <a href={hashOf({view: 'place', tenant, locality, survey, wave: undefined})}>
            <bdi>{name}</bdi>
          </a>{' '}
          · <bdi>{known?.survey.innovation || survey}</bdi>
        </p>
      </Heading>
      <Known of={place} what="both waves">
        {(value) => <ComparisonBody of={of} place={value} />}
      </Known>
    </>
  );
}
