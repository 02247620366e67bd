// One step of a questionnaire at a time.

import {useState} from 'preact/hooks';
import {useDraft} from '../calls/use_draft';
import {useSending} from '../calls/use_sending';
import {type Closed, closedFor, type Opened} from '../model/questionnaire';
import {languageName, languagesOf, questionsIn} from '../model/questions';
import {stepAt, stepsOf} from '../model/steps';
import {attemptFor, newRequestId, responseOf} from '../model/submission';
import {useClients} from '../shell/services';
import {BeginStep} from './answer_begin';
import {ItemsStep} from './answer_items';
import {NetworkStep} from './answer_network';
import {OnDevice} from './answer_on_device';
import {ReviewStep} from './answer_review';

interface AnswerFormProps {
  readonly token: string;
  readonly opened: Opened;
  readonly onSent: (at: Date | undefined) => void;
  readonly onClosed: (closed: Closed) => void;
  /** Called when another tab has sent the answer, or deleted it. */
  readonly onGone: () => void;
}

interface LanguageChoiceProps {
  readonly languages: readonly string[];
  readonly chosen: string;
  readonly onChoose: (language: string) => void;
}

function LanguageChoice({languages, chosen, onChoose}: LanguageChoiceProps) {
  if (languages.length < 2) return null;
  return (
    <p>
      <label>
        Language of the questions{' '}
        <select value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
          {languages.map((one) => (
            <option key={one} value={one} lang={one}>
              {languageName(one)}
            </option>
          ))}
        </select>
      </label>
    </p>
  );
}

export function AnswerForm({token, opened, onSent, onClosed, onGone}: AnswerFormProps) {
  const {questionnaire, kept, keptUntil} = opened;
  const {consentVersion} = questionnaire;
  const clients = useClients();
  const onDevice = useDraft({
    kept,
    keptUntil,
    questions: questionsIn(questionnaire, opened.language),
    language: opened.language,
    onGone,
  });
  const {draft, change} = onDevice;
  const {sending, send, forget} = useSending(clients, token);
  const [deletions, setDeletions] = useState(0);

  const questions = questionsIn(questionnaire, draft.language);
  const steps = stepsOf(questions);
  const hasAgreed = consentVersion === 0 || draft.agreedVersion === consentVersion;
  const at = stepAt(steps, draft.step, hasAgreed);
  const step = steps[at]!;
  const lead = `Step ${at + 1} of ${steps.length}`;
  const isSending = sending.state === 'sending';

  const goTo = (id: string) => {
    forget();
    change({kind: 'step', step: id});
    scrollTo(0, 0);
  };
  const sendAll = () => {
    const response = responseOf(draft, consentVersion);
    const attempt = attemptFor(draft.attempt, response, newRequestId);
    // Kept first: a repeat after a lost answer must be known by its id.
    change({kind: 'attempt', attempt});
    send(response, attempt, (outcome) => {
      if (outcome.state === 'sent') {
        kept?.remove();
        onSent(outcome.at);
      } else if (outcome.state === 'refused') {
        onClosed(closedFor(outcome.reason, kept, attempt));
      } else if (outcome.reason === 'REQUEST_ID_REUSED') {
        // The next attempt gets another.
        change({kind: 'attempt', attempt: {...attempt, content: ''}});
      }
    });
  };
  const onDelete = () => {
    forget();
    onDevice.clear();
    setDeletions((count) => count + 1);
  };

  const shared = {lead, questions, draft, change};
  return (
    <>
      <LanguageChoice
        languages={languagesOf(questionnaire.instrument!)}
        chosen={questions.language}
        onChoose={(language) => change({kind: 'language', language})}
      />
      {/* Another step is another page, and begins at its heading. */}
      <div key={`${step.id} ${deletions}`}>
        {step.kind === 'begin' && (
          <BeginStep
            {...shared}
            token={token}
            opened={opened}
            count={steps.length}
            onNext={() => goTo(steps[1]!.id)}
          />
        )}
        {step.kind === 'network' && (
          <NetworkStep {...shared} token={token} network={step.network} />
        )}
        {step.kind === 'items' && <ItemsStep {...shared} step={step} />}
        {step.kind === 'review' && (
          <ReviewStep {...shared} sending={sending} onSend={sendAll} goTo={goTo} />
        )}
      </div>
      {step.kind !== 'begin' && (
        <div class="buttons moves">
          <button
            type="button"
            disabled={isSending}
            onClick={() => goTo(steps[at - 1]!.id)}
          >
            Back
          </button>
          {step.kind !== 'review' && (
            <button type="button" class="main" onClick={() => goTo(steps[at + 1]!.id)}>
              Next
            </button>
          )}
        </div>
      )}
      <OnDevice
        isKept={onDevice.isKept}
        keptUntil={keptUntil}
        isDeleted={deletions > 0 && step.kind === 'begin'}
        onDelete={onDelete}
      />
    </>
  );
}
