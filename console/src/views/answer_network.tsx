// One network: whom somebody names, or that there is nobody.

import {useRef, useState} from 'preact/hooks';
import {
  type Change,
  type Draft,
  isFull,
  isNobody,
  namedElsewhere,
  namedIn,
  type Person,
} from '../model/draft';
import {counted} from '../model/format';
import {type NetworkQuestion, NOMINATIONS_MAX, type Questions} from '../model/questions';
import {Heading} from '../shell/heading';
import {useClients} from '../shell/services';
import {NamedList} from './answer_named';
import {NameSearchBox} from './answer_search';
import {PersonName} from './answer_person';

interface NetworkStepProps {
  readonly lead: string;
  readonly questions: Questions;
  readonly draft: Draft;
  readonly change: (change: Change) => void;
  readonly token: string;
  readonly network: NetworkQuestion;
}

interface NamedBeforeProps {
  readonly people: readonly Person[];
  readonly isNamed: (person: string) => boolean;
  readonly isFull: boolean;
  readonly onChange: (person: Person, isNamed: boolean) => void;
}

function NamedBefore({people, isNamed, isFull: isAll, onChange}: NamedBeforeProps) {
  if (people.length === 0) return null;
  return (
    <fieldset>
      <legend>People you named before</legend>
      {people.map((person) => (
        <label key={person.id} class="tick">
          <input
            type="checkbox"
            checked={isNamed(person.id)}
            disabled={isAll && !isNamed(person.id)}
            onChange={(event) => onChange(person, event.currentTarget.checked)}
          />
          <PersonName of={person} />
        </label>
      ))}
    </fieldset>
  );
}

export function NetworkStep(props: NetworkStepProps) {
  const {lead, questions, draft, change, token, network} = props;
  const {respondent} = useClients();
  const [said, setSaid] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const named = namedIn(draft, network.id);
  const isNamed = (person: string) => named.some(({id}) => id === person);
  const isAll = isFull(draft, network);
  const most = counted(network.cap, 'person', 'people');

  const name = (person: Person) => {
    if (isNamed(person.id)) return setSaid(`${person.name} is named already.`);
    if (isAll) return setSaid(`You have named as many as you can: ${most}.`);
    change({kind: 'name', network, person});
    setSaid(`${person.name} is named.`);
  };
  const remove = (person: Person) => {
    change({kind: 'remove', network: network.id, person: person.id});
    setSaid(`${person.name} is not named any more.`);
  };
  const ask = async (query: string, signal: AbortSignal) => {
    const {matches, isCutShort} = await respondent.searchRoster(
      {invitationToken: token, query},
      {signal},
    );
    return {
      isCutShort,
      people: matches.map(({person, displayName, organisation}) => ({
        id: person,
        name: displayName,
        organisation,
      })),
    };
  };

  return (
    <>
      <Heading title={network.wording} lead={lead} lang={questions.language} />
      {network.cap < NOMINATIONS_MAX && <p>Name {most} at most.</p>}
      <NamedList
        of={network}
        named={named}
        onRemove={(person) => {
          remove(person);
          input.current?.focus();
        }}
        onWeigh={(person, weight) =>
          change({kind: 'weigh', network: network.id, person, weight})
        }
      />
      <NameSearchBox
        input={input}
        ask={ask}
        said={said}
        isNamed={isNamed}
        onChoose={name}
      />
      <NamedBefore
        people={namedElsewhere(draft, network.id)}
        isNamed={isNamed}
        isFull={isAll}
        onChange={(person, isNow) => (isNow ? name(person) : remove(person))}
      />
      <label class="tick">
        <input
          type="checkbox"
          checked={isNobody(draft, network.id)}
          disabled={named.length > 0}
          aria-describedby="nobody-note"
          onChange={(event) =>
            change({
              kind: 'nobody',
              network: network.id,
              isNobody: event.currentTarget.checked,
            })
          }
        />
        I would name nobody here
      </label>
      <p id="nobody-note" class="note">
        That is an answer. If you go on without one, the question is skipped, and nothing
        is said about it.
      </p>
    </>
  );
}
