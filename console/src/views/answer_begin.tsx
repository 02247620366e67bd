import {useRef, useState} from 'preact/hooks';
import {respondentFailure} from '../calls/refusal';
import {useRemote} from '../calls/use_remote';
import type {Change, Draft} from '../model/draft';
import {counted} from '../model/format';
import {type Consent, consentOf, type Opened} from '../model/questionnaire';
import type {Questions} from '../model/questions';
import {Heading} from '../shell/heading';
import {useClients} from '../shell/services';
import {Known} from '../shell/states';

interface ConsentTextProps {
  readonly token: string;
  readonly known: Consent;
  readonly language: string;
}

/** Comes in one language at a time: it is asked for again in another. */
function ConsentText({token, known, language}: ConsentTextProps) {
  const {respondent} = useClients();
  const text = useRemote<Consent>(
    language,
    async (signal) => {
      if (known.language === language) return known;
      return consentOf(
        await respondent.getQuestionnaire({invitationToken: token, language}, {signal}),
      );
    },
    respondentFailure,
  );
  return (
    <Known of={text} what="what you agree to">
      {(consent) => (
        <div class="consent" lang={consent.language} dir="auto">
          {consent.text}
        </div>
      )}
    </Known>
  );
}

interface BeginStepProps {
  readonly lead: string;
  readonly questions: Questions;
  readonly draft: Draft;
  readonly change: (change: Change) => void;
  readonly token: string;
  readonly opened: Opened;
  readonly count: number;
  readonly onNext: () => void;
}

export function BeginStep(props: BeginStepProps) {
  const {lead, questions, draft, change, token, opened, count, onNext} = props;
  const {questionnaire} = opened;
  const {consentVersion} = questionnaire;
  const [problem, setProblem] = useState('');
  const box = useRef<HTMLInputElement>(null);
  const hasAgreed = consentVersion === 0 || draft.agreedVersion === consentVersion;

  const begin = () => {
    if (hasAgreed) return onNext();
    setProblem('Tick the box to go on. Nothing is asked of who does not agree.');
    box.current?.focus();
  };
  return (
    <>
      <Heading title={questionnaire.surveyDisplayName} lead={lead}>
        <p class="soft">
          <bdi>{questionnaire.localityDisplayName}</bdi>
          {questionnaire.innovation !== '' && (
            <>
              {' · '}
              <bdi>{questionnaire.innovation}</bdi>
            </>
          )}
        </p>
      </Heading>
      <p>
        You are asked whom you turn to
        {questions.items.length > 0 && ', and to rate some statements'}. There are{' '}
        {counted(count, 'step', 'steps')}. You may leave out any question, and nothing is
        sent before the last step.
      </p>
      {consentVersion > 0 && (
        <section aria-labelledby="consent">
          <h2 id="consent">What you agree to</h2>
          <ConsentText
            token={token}
            known={opened.consent}
            language={questions.language}
          />
          <label class="tick">
            <input
              ref={box}
              type="checkbox"
              checked={hasAgreed}
              required
              aria-describedby="problem"
              onChange={({currentTarget: {checked}}) => {
                setProblem('');
                change({kind: 'agree', version: checked ? consentVersion : 0});
              }}
            />
            I have read this, and I agree.
          </label>
          <p id="problem" class="problem" role="alert">
            {problem}
          </p>
        </section>
      )}
      <div class="buttons moves">
        <button type="button" class="main" onClick={begin}>
          {draft.networks.size + draft.items.size > 0 ? 'Go on' : 'Begin'}
        </button>
      </div>
    </>
  );
}
