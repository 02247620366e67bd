// A box to find somebody by name: the combobox with a listbox of the ARIA practices.
// Nobody is chosen before an arrow key or a finger says who.

import type {RefObject} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import type {Found, NameSearch} from '../calls/name_search';
import {useNameSearch} from '../calls/use_name_search';
import type {Person} from '../model/draft';
import {counted} from '../model/format';
import {Failed} from '../shell/states';
import {PersonName} from './answer_person';

function searchText(search: NameSearch): string {
  switch (search.state) {
    case 'idle':
    case 'failed':
      return '';
    case 'too-short':
      return 'Type another letter.';
    case 'too-long':
      return 'This is longer than a name. Type fewer letters.';
    case 'asking':
      return 'Looking for names.';
    case 'waiting':
      return `That was quick. Names are looked for again in ${counted(search.seconds, 'second', 'seconds')}.`;
    case 'found': {
      const {length} = search.people;
      if (length === 0) return 'Nobody who can be named has a name like this.';
      const found = `${counted(length, 'person', 'people')} found.`;
      return search.isCutShort
        ? `The first ${length} are shown. Type more letters to find others.`
        : found;
    }
  }
}

const optionId = (index: number) => `found-${index}`;

interface OptionsProps {
  readonly people: readonly Person[];
  readonly active: number;
  readonly isNamed: (person: string) => boolean;
  readonly onChoose: (person: Person) => void;
}

function Options({people, active, isNamed, onChoose}: OptionsProps) {
  return (
    <ul id="found" class="found" role="listbox" aria-label="People found">
      {people.map((person, index) => (
        <li
          key={person.id}
          id={optionId(index)}
          role="option"
          aria-selected={index === active}
          // The focus stays in the box.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(person)}
        >
          <PersonName of={person} />
          {isNamed(person.id) && <span class="soft">named already</span>}
        </li>
      ))}
    </ul>
  );
}

interface NameSearchBoxProps {
  readonly input: RefObject<HTMLInputElement>;
  readonly ask: (query: string, signal: AbortSignal) => Promise<Found>;
  /** What became of the last choice, told while nothing is looked for. */
  readonly said: string;
  readonly isNamed: (person: string) => boolean;
  readonly onChoose: (person: Person) => void;
}

export function NameSearchBox({input, ask, said, isNamed, onChoose}: NameSearchBoxProps) {
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(-1);
  const [isClosed, setIsClosed] = useState(false);
  const {search, retry} = useNameSearch(typed, ask);
  const people = search.state === 'found' ? search.people : [];
  const isOpen = people.length > 0 && !isClosed;

  useEffect(() => {
    document.getElementById(optionId(active))?.scrollIntoView({block: 'nearest'});
  }, [active]);

  const type = (text: string) => {
    setTyped(text);
    setActive(-1);
    setIsClosed(false);
  };
  const choose = (person: Person) => {
    type('');
    onChoose(person);
  };
  const move = (by: number) => {
    setIsClosed(false);
    const from = active < 0 && by < 0 ? 0 : active;
    setActive((from + by + people.length) % people.length);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Keys that choose among letters are for the browser to see first.
    if (event.isComposing) return;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (people.length > 0) move(event.key === 'ArrowDown' ? 1 : -1);
        break;
      case 'Enter':
        if (isOpen && people[active] !== undefined) choose(people[active]);
        break;
      case 'Escape':
        if (isOpen) {
          setIsClosed(true);
          setActive(-1);
        } else {
          type('');
        }
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <div class="search">
      <label for="name">Find somebody by name</label>
      <input
        ref={input}
        id="name"
        role="combobox"
        type="text"
        value={typed}
        autocomplete="off"
        autocapitalize="words"
        spellcheck={false}
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls="found"
        aria-describedby="name-said"
        {...(isOpen && active >= 0 ? {'aria-activedescendant': optionId(active)} : {})}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <p id="name-said" class="soft" role="status">
        {searchText(search) || said}
      </p>
      {isOpen && (
        <Options people={people} active={active} isNamed={isNamed} onChoose={choose} />
      )}
      {search.state === 'failed' && <Failed failure={search.failure} retry={retry} />}
    </div>
  );
}
