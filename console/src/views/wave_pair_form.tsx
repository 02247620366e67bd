// Which two waves to set beside each other.

import {useState} from 'preact/hooks';
import {type SurveyName, waveOf} from '../model/names';
import type {Place} from '../model/place';
import {hashOf} from '../model/route';
import {choiceOf} from '../model/wave_pair';

interface WaveChoiceProps {
  readonly label: string;
  readonly waves: readonly number[];
  readonly chosen: number;
  readonly onChoose: (wave: number) => void;
}

function WaveChoice({label, waves, chosen, onChoose}: WaveChoiceProps) {
  return (
    <label>
      {label}
      <select
        value={chosen}
        onChange={(event) => onChoose(Number(event.currentTarget.value))}
      >
        {waves.map((wave) => (
          <option key={wave} value={wave}>
            Wave {wave}
          </option>
        ))}
      </select>
    </label>
  );
}

interface WavePairFormProps {
  readonly of: SurveyName;
  readonly waves: readonly number[];
  readonly choice: {readonly earlier: number; readonly later: number};
}

export function WavePairForm({of, waves, choice}: WavePairFormProps) {
  const {tenant, locality, survey} = of;
  const [one, setOne] = useState(choice.earlier);
  const [other, setOther] = useState(choice.later);
  const [problem, setProblem] = useState('');
  const compare = (event: Event) => {
    event.preventDefault();
    if (one === other) {
      setProblem('Choose two different waves.');
      return;
    }
    const [earlier, later] = [Math.min(one, other), Math.max(one, other)];
    location.hash = hashOf({
      view: 'comparison',
      tenant,
      locality,
      survey,
      earlier,
      later,
    });
  };
  return (
    <form class="filter" aria-label="Which two waves" onSubmit={compare}>
      <WaveChoice label="One wave" waves={waves} chosen={one} onChoose={setOne} />
      <WaveChoice label="The other" waves={waves} chosen={other} onChoose={setOther} />
      <p class="submit">
        <button type="submit">Show both</button>
      </p>
      <p class="problem" role="alert">
        {problem}
      </p>
    </form>
  );
}

/** Absent where fewer than two waves are assessed. */
export function WavePairSection({of, place}: {of: SurveyName; place: Place}) {
  const waves = place.assessments.map(({name}) => waveOf(name));
  const choice = choiceOf(waves, place.shown && waveOf(place.shown.name));
  if (choice === undefined) return null;
  return (
    <section aria-labelledby="wave-pair">
      <h2 id="wave-pair">Compare two waves</h2>
      <WavePairForm of={of} waves={waves} choice={choice} />
    </section>
  );
}
