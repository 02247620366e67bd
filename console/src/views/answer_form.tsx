// One step of a questionnaire at a time.

import {useState} from 'preact/hooks';
import {type DraftOnDevice, useDraft} from '../calls/use_draft';
import {useSending} from '../calls/use_sending';
import {type Closed, closedFor, type Opened} from '../model/questionnaire';
import {languagesOf, type Questions, questionsIn} from '../model/questions';
import {type Step, stepAt, stepsOf} from '../model/steps';
import {attemptFor, newRequestId, responseOf} from '../model/submission';
import {useClients} from '../shell/services';
import {BeginStep} from './answer_begin';
import {ItemsStep} from './answer_items';
import {LanguageChoice} from './answer_language';
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

/** Sends the draft as it is, and says what came of it. */
function useSendingDraft(props: AnswerFormProps, {draft, change}: DraftOnDevice) {
  const {token, opened, onSent, onClosed} = props;
  const {kept, questionnaire} = opened;
  const {sending, send, forget} = useSending(useClients(), token);
  const sendDraft = () => {
    const response = responseOf(draft, questionnaire.consentVersion);
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
  return {sending, sendDraft, forget};
}

interface StepViewProps extends Pick<DraftOnDevice, 'draft' | 'change'> {
  readonly token: string;
  readonly opened: Opened;
  readonly questions: Questions;
  readonly steps: readonly Step[];
  readonly at: number;
  readonly sending: ReturnType<typeof useSendingDraft>['sending'];
  readonly onSend: () => void;
  readonly goTo: (step: string) => void;
}

function StepView(props: StepViewProps) {
  const {token, opened, questions, steps, at, draft, change, goTo} = props;
  const step = steps[at]!;
  const shared = {
    lead: `Step ${at + 1} of ${steps.length}`,
    questions,
    draft,
    change,
  };
  switch (step.kind) {
    case 'begin':
      return (
        <BeginStep
          {...shared}
          token={token}
          opened={opened}
          count={steps.length}
          onNext={() => goTo(steps[1]!.id)}
        />
      );
    case 'network':
      return <NetworkStep {...shared} token={token} network={step.network} />;
    case 'items':
      return <ItemsStep {...shared} step={step} />;
    case 'review':
      return (
        <ReviewStep
          {...shared}
          sending={props.sending}
          onSend={props.onSend}
          goTo={goTo}
        />
      );
  }
}

interface MovesProps {
  readonly steps: readonly Step[];
  readonly at: number;
  readonly isSending: boolean;
  readonly goTo: (step: string) => void;
}

/** The first step and the last go on by buttons of their own. */
function Moves({steps, at, isSending, goTo}: MovesProps) {
  const before = steps[at - 1];
  const after = steps[at + 1];
  if (before === undefined) return null;
  return (
    <div class="buttons moves">
      <button type="button" disabled={isSending} onClick={() => goTo(before.id)}>
        Back
      </button>
      {after !== undefined && (
        <button type="button" class="main" onClick={() => goTo(after.id)}>
          Next
        </button>
      )}
    </div>
  );
}

export function AnswerForm(props: AnswerFormProps) {
  const {token, opened, onGone} = props;
  const {questionnaire, kept, keptUntil, language} = opened;
  const {consentVersion} = questionnaire;
  const onDevice = useDraft({
    kept,
    keptUntil,
    questions: questionsIn(questionnaire, language),
    language,
    onGone,
  });
  const {draft, change, isKept, clear} = onDevice;
  const {sending, sendDraft, forget} = useSendingDraft(props, onDevice);
  const [deletions, setDeletions] = useState(0);

  const questions = questionsIn(questionnaire, draft.language);
  const steps = stepsOf(questions);
  const hasAgreed = consentVersion === 0 || draft.agreedVersion === consentVersion;
  const at = stepAt(steps, draft.step, hasAgreed);

  const goTo = (step: string) => {
    forget();
    change({kind: 'step', step});
    scrollTo(0, 0);
  };
  const deleteAll = () => {
    forget();
    clear();
    setDeletions((count) => count + 1);
  };
  return (
    <>
      <LanguageChoice
        languages={languagesOf(questionnaire.instrument!)}
        chosen={questions.language}
        onChoose={(chosen) => change({kind: 'language', language: chosen})}
      />
      <StepView
        // Another step is another page, and begins at its heading.
        key={`${steps[at]!.id} ${deletions}`}
        {...{token, opened, questions, steps, at, draft, change, sending, goTo}}
        onSend={sendDraft}
      />
      <Moves steps={steps} at={at} isSending={sending.state === 'sending'} goTo={goTo} />
      <OnDevice
        isKept={isKept}
        keptUntil={keptUntil}
        isDeleted={deletions > 0 && at === 0}
        onDelete={deleteAll}
      />
    </>
  );
}
