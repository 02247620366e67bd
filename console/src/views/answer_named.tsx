// Who is named in a network, and how strong each tie is where that is asked.

import type {Named, Nomination, Person} from '../model/draft';
import type {NetworkQuestion} from '../model/questions';
import {PersonName} from './answer_person';

/** More choices than this are typed. */
const CHOICES_MAX = 101;

interface WeightChoiceProps {
  readonly of: NetworkQuestion;
  readonly nomination: Nomination;
  readonly onWeigh: (weight: number) => void;
}

function WeightChoice({of, nomination, onWeigh}: WeightChoiceProps) {
  const {weightMin, weightMax} = of;
  const count = weightMax - weightMin + 1;
  if (count === 1) return null;
  const take = (typed: string) => {
    const weight = Math.round(Number(typed));
    onWeigh(Math.min(weightMax, Math.max(weightMin, weight || weightMin)));
  };
  return (
    <label class="weight">
      <span>
        How strong is this tie? From {weightMin} to {weightMax}, the strongest
        <span class="hidden">, with {nomination.name}</span>
      </span>
      {count <= CHOICES_MAX ? (
        <select
          value={nomination.weight}
          onChange={(event) => take(event.currentTarget.value)}
        >
          {Array.from({length: count}, (_, index) => (
            <option key={index} value={weightMin + index}>
              {weightMin + index}
            </option>
          ))}
        </select>
      ) : (
        <input
          type="number"
          inputMode="numeric"
          min={weightMin}
          max={weightMax}
          value={nomination.weight}
          onChange={(event) => take(event.currentTarget.value)}
        />
      )}
    </label>
  );
}

interface NamedListProps {
  readonly of: NetworkQuestion;
  readonly named: Named;
  readonly onRemove: (person: Person) => void;
  readonly onWeigh: (person: string, weight: number) => void;
}

export function NamedList({of, named, onRemove, onWeigh}: NamedListProps) {
  if (named.length === 0) return null;
  return (
    <section aria-labelledby="named">
      <h2 id="named">Named here: {named.length}</h2>
      <ul class="named">
        {named.map((one) => (
          <li key={one.id}>
            <PersonName of={one} />
            <button type="button" onClick={() => onRemove(one)}>
              Remove<span class="hidden"> {one.name}</span>
            </button>
            <WeightChoice
              of={of}
              nomination={one}
              onWeigh={(weight) => onWeigh(one.id, weight)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
