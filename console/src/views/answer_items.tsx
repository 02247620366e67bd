// Statements to rate, a few on a page.

import {useRef} from 'preact/hooks';
import {Item_Kind as Kind} from '../../gen/pulsetaker/survey/v1/instrument_pb';
import type {Change, Draft, Rating} from '../model/draft';
import type {ItemQuestion, Questions} from '../model/questions';
import type {Step} from '../model/steps';
import {Heading} from '../shell/heading';

/** A longer scale is a list to choose from. */
const POINTS_MAX = 11;

const NO_RATINGS = [
  {rating: 'dont-know', text: 'I don’t know'},
  {rating: 'not-applicable', text: 'Does not apply'},
] as const;

function endsText({kind, min, max}: ItemQuestion): string {
  return kind === Kind.SELF_PLACED_PHASE
    ? `${min} is the first phase, ${max} the last.`
    : `${min}: not at all. ${max}: fully.`;
}

interface RatingProps {
  readonly item: ItemQuestion;
  readonly rating: Rating | undefined;
  readonly onRate: (rating: Rating | undefined) => void;
}

const pointsOf = ({min, max}: ItemQuestion) =>
  Array.from({length: max - min + 1}, (_, index) => min + index);

function RatingButtons({item, rating, onRate}: RatingProps) {
  const radio = (value: Rating, text: string) => (
    <label key={value} class="point">
      <input
        type="radio"
        name={`rating-${item.id}`}
        checked={rating === value}
        onChange={() => onRate(value)}
      />
      {text}
    </label>
  );
  return (
    <>
      <div class="points">{pointsOf(item).map((point) => radio(point, `${point}`))}</div>
      <div class="points without">
        {NO_RATINGS.map(({rating: value, text}) => radio(value, text))}
      </div>
    </>
  );
}

function ratingOf(chosen: string): Rating | undefined {
  if (chosen === '') return undefined;
  return NO_RATINGS.find(({rating}) => rating === chosen)?.rating ?? Number(chosen);
}

function RatingList({item, rating, onRate}: RatingProps) {
  return (
    <label>
      Rating{' '}
      <select
        value={rating ?? ''}
        onChange={(event) => onRate(ratingOf(event.currentTarget.value))}
      >
        <option value="">No answer</option>
        {pointsOf(item).map((point) => (
          <option key={point} value={point}>
            {point}
          </option>
        ))}
        {NO_RATINGS.map(({rating: value, text}) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function ItemField({item, language, rating, onRate}: RatingProps & {language: string}) {
  const field = useRef<HTMLFieldSetElement>(null);
  const ends = `ends-${item.id}`;
  const isList = item.max - item.min + 1 > POINTS_MAX;
  const clear = () => {
    onRate(undefined);
    field.current?.querySelector('input')?.focus();
  };
  return (
    <fieldset ref={field} aria-describedby={ends}>
      <legend lang={language} dir="auto">
        {item.wording}
      </legend>
      <p id={ends} class="soft">
        {endsText(item)}
      </p>
      {isList ? (
        <RatingList item={item} rating={rating} onRate={onRate} />
      ) : (
        <RatingButtons item={item} rating={rating} onRate={onRate} />
      )}
      {!isList && rating !== undefined && (
        <button type="button" class="clear" onClick={clear}>
          Take this answer back
        </button>
      )}
    </fieldset>
  );
}

interface ItemsStepProps {
  readonly lead: string;
  readonly questions: Questions;
  readonly draft: Draft;
  readonly change: (change: Change) => void;
  readonly step: Extract<Step, {kind: 'items'}>;
}

export function ItemsStep({lead, questions, draft, change, step}: ItemsStepProps) {
  const page = step.pages === 1 ? '' : `, page ${step.page} of ${step.pages}`;
  return (
    <>
      <Heading title={`Statements to rate${page}`} lead={lead} />
      <p>Those that you leave out are not sent.</p>
      {step.items.map((item) => (
        <ItemField
          key={item.id}
          item={item}
          language={questions.language}
          rating={draft.items.get(item.id)}
          onRate={(rating) => change({kind: 'rate', item: item.id, rating})}
        />
      ))}
    </>
  );
}
